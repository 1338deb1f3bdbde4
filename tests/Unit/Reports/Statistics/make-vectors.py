"""Writes vectors.json and variance-vectors.json: random tables and the results of scipy's and statsmodels' tests on them.

    apt-get install python3-scipy python3-statsmodels
    python3 make-vectors.py
"""
import itertools
import json
import math
import random
from pathlib import Path

import pandas
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW


def quantile(freedom):
    """scipy's quantile has only nine correct digits when the degrees of freedom are not whole; one Newton step adds the rest."""
    t = stats.t.ppf(0.975, freedom)
    return t - (stats.t.cdf(t, freedom) - 0.975) / stats.t.pdf(t, freedom)


def comparisons():
    """Rows compared with a baseline row."""
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
    return tables


def short(value):
    return float(f'{value:.13g}')


def analysis():
    """A balanced design of one to three factors: for each effect its sum of squares, F and p, then the residual's sum."""
    levels = [random.randint(2, 4) for _ in range(random.randint(1, 3))]
    seeds = random.choice([1, 2, 2, 3, 3, 5]) if len(levels) > 1 else random.randint(2, 6)
    names = 'abc'[:len(levels)]
    weight = [[random.gauss(0, random.choice([0, 0.3, 2])) for _ in range(count)] for count in levels]
    cells = list(itertools.product(*(range(count) for count in levels)))
    spread = random.choice([0.1, 0.5, 2])
    values = [round(random.gauss(90, spread) + sum(w[i] for w, i in zip(weight, cell))
                    + random.choice([0, 0.5]) * math.prod(cell), 2) for cell in cells for _ in range(seeds)]
    # The difference to 90 has the same analysis, and statsmodels loses fewer digits on small numbers.
    data = pandas.DataFrame([cell for cell in cells for _ in range(seeds)], columns=list(names))
    data['y'] = [round(value - 90, 2) for value in values]
    formula = 'y ~ ' + '*'.join(f'C({name})' for name in names)
    if seeds == 1:  # The highest interaction has no residual beside it: as the residual of the other effects, it has no test.
        formula += ' - ' + ':'.join(f'C({name})' for name in names)
    table = anova_lm(ols(formula, data).fit(), typ=2)
    residual = short(table['sum_sq'].iloc[-1])
    if seeds == 1:
        return {'levels': levels, 'top1': values,
                'effects': [[short(value), None, None] for value in table['sum_sq']], 'residual': None}
    return {'levels': levels, 'top1': values, 'effects': [[short(value) for value in row] for row in table[
        ['sum_sq', 'F', 'PR(>F)']].iloc[:-1].values], 'residual': residual}


def write(name, tables):
    lines = ',\n'.join(json.dumps(table, separators=(',', ':')) for table in tables)
    (Path(__file__).parent / name).write_text('[\n' + lines + '\n]\n')


random.seed(20230920)
write('vectors.json', comparisons())
write('variance-vectors.json', [analysis() for _ in range(1000)])
