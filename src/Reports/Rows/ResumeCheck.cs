using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>
/// Whether a stopped and resumed trial ends with the same bytes as an uninterrupted one, according to the preflights on
/// the machines that trained these trials.
/// </summary>
public enum ResumeCheck
{
    /// <summary>No trial is finished.</summary>
    None = 0,

    /// <summary>The bytes are the same for every finished trial.</summary>
    Exact = 1,

    /// <summary>Some finished trials had no preflight.</summary>
    Unchecked = 2,

    /// <summary>The bytes differ for some finished trials.</summary>
    Inexact = 3,
}

/// <summary>The check of a trial, and its words in reports.</summary>
public static class ResumeCheckExtensions
{
    /// <summary>Returns the check of one trial.</summary>
    public static ResumeCheck CheckOf(this TrialOutcome trial) => trial switch
    {
        { Last: null } => ResumeCheck.None,
        { IsResumeExact: null } => ResumeCheck.Unchecked,
        { IsResumeExact: true } => ResumeCheck.Exact,
        _ => ResumeCheck.Inexact,
    };

    /// <summary>The word in report files.</summary>
    public static string InWords(this ResumeCheck check) => check switch
    {
        ResumeCheck.None => "",
        ResumeCheck.Exact => "resume-exact",
        ResumeCheck.Unchecked => "resume-unchecked",
        ResumeCheck.Inexact => "resume-inexact",
        _ => throw new ArgumentOutOfRangeException(nameof(check), check, null),
    };
}
