using System.Globalization;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Rows;
using static Sbnn.Sweeps.Reports.Export.Columns<Sbnn.Sweeps.Reports.Export.ExportedTrial>;

namespace Sbnn.Sweeps.Reports.Export;

/// <summary>A row of the file of trials.</summary>
/// <param name="Sweep">The sweep.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="History">The trial.</param>
public sealed record ExportedTrial(string Sweep, int Revision, TrialHistory History)
{
    internal TrialSpec Spec => History.Spec;

    internal AttemptProvenance? LastAttempt => History.Attempts.Count > 0 ? History.Attempts[^1] : null;
}

/// <summary>The columns of the file of trials: a row for each trial of the sweep's latest revision.</summary>
public static class TrialColumns
{
    /// <summary>All columns, in order.</summary>
    public static IReadOnlyList<ExportColumn<ExportedTrial>> All { get; } =
    [
        Text("sweep", "The sweep's name.", static row => row.Sweep),
        Whole("revision", "The sweep's latest revision, of which these are the trials.", static row => row.Revision),
        Whole("ordinal", "The trial's place in the order of the grid: 0, 1, ….", static row => row.History.Ordinal),
        Text("trial", "The trial's key: joins the three files.", static row => row.History.Key.Hex),
        .. Hyperparameters.All.Select(Of),
        Whole("seed", "The seed.", static row => row.Spec.Seed),
        OptionalText("data_digest", "SHA-256 of the prepared images and labels.", static row => row.Spec.DataDigest),
        OptionalWhole("classes", "Classes of the images; empty until the trial has started.",
            static row => row.History.Classes),
        Text("state", $"{WordsOf<TrialState>()}.", static row => EnumWords.Of(row.History.State)),
        OptionalText("reason", "Why the trial failed.", static row => row.History.Reason),
        OptionalText("constraint",
            "How the trial stood to its sparsity target: unconstrained, reached, missed or collapsed; empty until it "
                + "is finished.",
            static row => row.History.Constraint is { } constraint ? EnumWords.Of(constraint) : null),
        OptionalWhole("reported_epoch",
            "The epoch that the sweep's table reports by its rule (`table.accuracy`); empty where there is none.",
            static row => row.History.ReportedEpoch),
        Whole("epochs_recorded", "Rows of this trial in the file of epochs.",
            static row => row.History.Epochs.Count),
        OptionalText("result_sha256", "SHA-256 of the result's file; empty until the trial is finished.",
            static row => row.History.ResultSha256),
        OptionalTime("committed_at", "When the result was committed, UTC.", static row => row.History.CommittedAt),
        Whole("attempts", "Attempts so far.", static row => row.History.Attempts.Count),
        Whole("failed_attempts", "Attempts that ended without a result, those that were asked to stop excepted.",
            static row => row.History.Attempts.Count(static attempt => attempt.HasFailed)),
        OptionalText("node", "The node of the last attempt.", static row => row.LastAttempt?.Node.Value),
        OptionalText("device_class",
            "The device class of the last attempt that started: equal trials give equal bytes within it.",
            static row => row.History.Attempts.FindDeviceClass()),
        OptionalText("gpu_model", "The GPU's model in the last attempt; empty on a CPU.",
            static row => row.LastAttempt?.GpuModel),
        OptionalTime("started_at", "When the first attempt was given its slot, UTC.",
            static row => row.History.Attempts.Count > 0 ? row.History.Attempts[0].StartedAt : null),
        OptionalTime("ended_at", "When the last attempt ended, UTC; empty while it runs.",
            static row => row.LastAttempt?.EndedAt),
        OptionalNumber("slot_seconds",
            "Seconds for which the ended attempts held their slots, added up; empty where none has ended.",
            static row => Added(row.History.Attempts.Select(static attempt => attempt.Duration?.TotalSeconds))),
        OptionalNumber("training_seconds",
            "Seconds of training and evaluation of the recorded epochs, added up; empty where none is known.",
            static row => Added(row.History.Epochs.Select(static epoch => epoch.Seconds))),
        OptionalText("resume",
            "What the preflight found of a stopped and resumed training: resume-exact, resume-inexact or "
                + "resume-unchecked; empty until the trial is finished.",
            static row => ResumeOf(row.History)),
    ];

    private static ExportColumn<ExportedTrial> Of(Hyperparameter parameter)
    {
        var name = parameter.Name.Replace('-', '_');
        var nothing = parameter.Type.NullWord is { } word ? $" Empty: {word}, or no effect on this trial."
            : " Empty where it has no effect on this trial.";
        var meaning = $"`{parameter.Name}` of the spec. {parameter.Description}{nothing}";
        return parameter.Type.Kind switch
        {
            HyperparameterKind.Integer => OptionalWhole(name, meaning, row => Value(row) is { } value
                ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : null),
            HyperparameterKind.Number => OptionalNumber(name, meaning, row => Value(row) is { } value
                ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : null),
            HyperparameterKind.Boolean => OptionalFlag(name, meaning, row => (bool?)Value(row)),
            HyperparameterKind.Word or HyperparameterKind.Text =>
                OptionalText(name, meaning, row => Value(row) is { } value ? parameter.Format(value) : null),
            _ => throw new InvalidOperationException($"{parameter.Name}: no column for {parameter.Type.Kind}"),
        };

        object? Value(ExportedTrial row) => parameter.HasEffect(row.Spec) ? parameter.Get(row.Spec) : null;
    }

    private static string WordsOf<T>()
        where T : struct, Enum =>
        string.Join(", ", Enum.GetValues<T>().Select(static word => EnumWords.Of(word)));

    private static double? Added(IEnumerable<double?> seconds)
    {
        var known = seconds.OfType<double>().ToList();
        return known.Count == 0 ? null : known.Sum();
    }

    private static string? ResumeOf(TrialHistory trial) => trial.ResultSha256 is null ? null
        : trial.Attempts.FindResumeCheck() switch
        {
            true => ResumeCheck.Exact.InWords(),
            false => ResumeCheck.Inexact.InWords(),
            null => ResumeCheck.Unchecked.InWords(),
        };
}
