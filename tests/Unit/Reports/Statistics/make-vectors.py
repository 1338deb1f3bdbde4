"""Writes vectors.json, which contains random tables and the results of scipy's and statsmodels' tests on them.

    apt-get install python3-scipy python3-statsmodels
    python3 make-vectors.py > vectors.json
"""
import json
import random

from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW


def quantile(freedom):
    """scipy's quantile has only nine correct digits when the degrees of freedom are not whole; one Newton step adds the rest."""
    t = stats.t.ppf(0.975, freedom)
    return t - (stats.t.cdf(t, freedom) - 0.975) / stats.t.pdf(t, freedom)


random.seed(20230920)
tables = []
for _ in range(1000):
    paired = random.random() < 0.5
    count = random.randint(2, 6)
    base = [round(random.gauss(90, 0.5), 2) for _ in range(count)]
    rows = []
    for _ in range(random.randint(1, 4)):
        n = count if paired else random.choice([m for m in range(2, 8) if m != count])
        values = [round(random.gauss(90 + random.choice([0, 0, 0.3, -1, 2]), random.choice([0.1, 0.5, 2])), 2)
                  for _ in range(n)]
        test = stats.ttest_rel(values, base) if paired else stats.ttest_ind(values, base, equal_var=False)
        if paired:
            spread = DescrStatsW([a - b for a, b in zip(values, base)])
            middle, error, freedom = spread.mean, spread.std_mean, count - 1
        else:
            means = CompareMeans(DescrStatsW(values), DescrStatsW(base))
            middle, error, freedom = means.d1.mean - means.d2.mean, means.std_meandiff_separatevar, means.dof_satt()
        half = quantile(freedom) * error
        low, high = middle - half, middle + half
        rows.append({'top1': values, 'low': low, 'high': high, 'p': test.pvalue})
    if all(row['p'] == row['p'] for row in rows):  # Omits tables in which a test is not defined, because values have no spread.
        adjusted = multipletests([row['p'] for row in rows], method='holm')[1]
        for row, p in zip(rows, adjusted):
            row['holm'] = p
        tables.append({'paired': paired, 'baseline': base, 'rows': rows})
print('[\n' + ',\n'.join(json.dumps(table, separators=(',', ':')) for table in tables) + '\n]')
