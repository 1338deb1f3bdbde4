using System.Globalization;
using System.Text;

namespace Sbnn.Sweeps.Reports.Formatting;

/// <summary>
/// Text for LaTeX, in ASCII alone, so that pdfLaTeX and LuaLaTeX print the same. Characters that LaTeX reserves are
/// escaped, ligatures are prevented, and symbols become commands. Any other character becomes
/// <see cref="OtherCharacter"/>, which the document must define.
/// </summary>
internal static class LatexText
{
    /// <summary>The command for a character without a translation; its argument is the hexadecimal code.</summary>
    public const string OtherCharacter = @"\sbnnchar";

    private static readonly Dictionary<int, string> Commands = new()
    {
        ['\\'] = @"\textbackslash{}",
        ['{'] = @"\{",
        ['}'] = @"\}",
        ['$'] = @"\$",
        ['&'] = @"\&",
        ['#'] = @"\#",
        ['%'] = @"\%",
        ['_'] = @"\_",
        ['^'] = @"\textasciicircum{}",
        ['~'] = @"\textasciitilde{}",
        ['<'] = @"\textless{}",
        ['>'] = @"\textgreater{}",
        ['|'] = @"\textbar{}",
        ['"'] = @"\textquotedbl{}",
        ['\''] = @"\textquotesingle{}",
        ['`'] = @"\textasciigrave{}",
        ['-'] = "-{}", // Two of them would become a dash.
        [','] = ",{}", // Two of them would become a quotation mark.
        ['['] = "{[}", // After a line break it would begin an optional argument.
        [']'] = "{]}",
        ['*'] = "{*}",
        ['\u00A0'] = "~",
        ['–'] = @"\textendash{}",
        ['—'] = @"\textemdash{}",
        ['‘'] = @"\textquoteleft{}",
        ['’'] = @"\textquoteright{}",
        ['“'] = @"\textquotedblleft{}",
        ['”'] = @"\textquotedblright{}",
        ['„'] = @"\quotedblbase{}",
        ['«'] = @"\guillemotleft{}",
        ['»'] = @"\guillemotright{}",
        ['…'] = @"\textellipsis{}",
        ['•'] = @"\textbullet{}",
        ['†'] = @"\textdagger{}",
        ['‡'] = @"\textdaggerdbl{}",
        ['§'] = @"\textsection{}",
        ['¶'] = @"\textparagraph{}",
        ['°'] = @"\textdegree{}",
        ['€'] = @"\texteuro{}",
        ['£'] = @"\textsterling{}",
        ['©'] = @"\textcopyright{}",
        ['®'] = @"\textregistered{}",
        ['™'] = @"\texttrademark{}",
        ['ß'] = @"\ss{}",
        ['æ'] = @"\ae{}",
        ['Æ'] = @"\AE{}",
        ['œ'] = @"\oe{}",
        ['Œ'] = @"\OE{}",
        ['ø'] = @"\o{}",
        ['Ø'] = @"\O{}",
        ['å'] = @"\r{a}",
        ['Å'] = @"\r{A}",
        ['ł'] = @"\l{}",
        ['Ł'] = @"\L{}",
        ['ı'] = @"\i{}",
        ['đ'] = @"\dj{}",
        ['Đ'] = @"\DJ{}",
        ['ð'] = @"\dh{}",
        ['Ð'] = @"\DH{}",
        ['þ'] = @"\th{}",
        ['Þ'] = @"\TH{}",
    };

    // Symbols that are set as mathematics, each with its command.
    private static readonly Dictionary<int, string> Symbols = ReadSymbols(
        """
        α \alpha|β \beta|γ \gamma|δ \delta|ε \varepsilon|ζ \zeta|η \eta|θ \theta|ι \iota|κ \kappa|λ \lambda|μ \mu
        µ \mu|ν \nu|ξ \xi|π \pi|ρ \rho|σ \sigma|ς \varsigma|τ \tau|υ \upsilon|φ \varphi|ϕ \phi|χ \chi|ψ \psi|ω \omega
        Γ \Gamma|Δ \Delta|Θ \Theta|Λ \Lambda|Ξ \Xi|Π \Pi|Σ \Sigma|Φ \Phi|Ψ \Psi|Ω \Omega|Α \mathrm{A}|Β \mathrm{B}
        − -|± \pm|∓ \mp|× \times|÷ \div|· \cdot|∙ \cdot|√ \surd|∞ \infty|∂ \partial|∑ \sum|∏ \prod|∫ \int|¬ \neg
        ≤ \leq|≥ \geq|≠ \neq|≈ \approx|≡ \equiv|∝ \propto|≪ \ll|≫ \gg|∈ \in|∉ \notin|⊂ \subset|⊆ \subseteq|∪ \cup
        ∩ \cap|∅ \emptyset|∀ \forall|∃ \exists|→ \rightarrow|← \leftarrow|↔ \leftrightarrow|⇒ \Rightarrow
        ⇐ \Leftarrow|⇔ \Leftrightarrow|↑ \uparrow|↓ \downarrow|‖ \Vert|∥ \Vert|⌊ \lfloor|⌋ \rfloor|⌈ \lceil
        ⌉ \rceil|⟨ \langle|⟩ \rangle|ℓ \ell|∇ \nabla|⊕ \oplus|⊗ \otimes|⊙ \odot|′ {}'|″ {}''|★ \star|✓ \surd
        ₀ {}_0|₁ {}_1|₂ {}_2|₃ {}_3|₄ {}_4|₅ {}_5|₆ {}_6|₇ {}_7|₈ {}_8|₉ {}_9|₊ {}_+|₋ {}_-
        ⁰ {}^0|¹ {}^1|² {}^2|³ {}^3|⁴ {}^4|⁵ {}^5|⁶ {}^6|⁷ {}^7|⁸ {}^8|⁹ {}^9|⁺ {}^+|⁻ {}^-|ⁿ {}^n
        """);

    // Letters with an accent, by the accent's command. They are listed here, because .NET cannot decompose characters
    // when it runs without ICU (InvariantGlobalization).
    private static readonly Dictionary<int, string> Accented = ReadAccents(
        """
        ` ÀAÈEÌIÒOÙUàaèeìiòoùuǹn
        ' ÁAÉEÍIÓOÚUÝYáaéeíióoúuýyĆCćcŃNńnŚSśsŹZźzĹLĺlŔRŕr
        ^ ÂAÊEÎIÔOÛUâaêeîiôoûuĈCĉcĜGĝgĤHĥhĴJĵjŜSŝsŴWŵwŶYŷy
        ~ ÃAÑNÕOãañnõoĨIĩiŨUũu
        " ÄAËEÏIÖOÜUŸYäaëeïiöoüuÿy
        v ČCčcĎDďdĚEěeŇNňnŘRřrŠSšsŤTťtŽZžzǓUǔuǍAǎa
        c ÇCçcŞSşsŢTţtĢGĶKķkĻLļlŅNņn
        k ĄAąaĘEęeĮIįiŲUųu
        = ĀAāaĒEēeĪIīiŌOōoŪUūu
        u ĂAăaĔEĕeĞGğgĬIĭiŎOŏoŬUŭu
        . ĊCċcĖEėeĠGġgİIŻZżz
        H ŐOőoŰUűu
        r ŮUůu
        """);

    /// <summary>The text with every character as LaTeX prints it. Line ends become spaces.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Commands.TryGetValue(rune.Value, out var command)) escaped.Append(command);
            else if (Symbols.TryGetValue(rune.Value, out var symbol)) escaped.Append($@"\ensuremath{{{symbol}}}");
            else if (Accented.TryGetValue(rune.Value, out var accented)) escaped.Append(accented);
            else if (rune.Value is > ' ' and <= '~') escaped.Append((char)rune.Value);
            else if (Rune.IsWhiteSpace(rune) || rune.Value < ' ') escaped.Append(' ');
            else escaped.Append(CultureInfo.InvariantCulture, $"{OtherCharacter}{{{rune.Value:X4}}}");
        }

        return escaped.ToString();
    }

    private static Dictionary<int, string> ReadSymbols(string table) =>
        table.Split(['|', '\n'], StringSplitOptions.TrimEntries)
            .Select(static entry => entry.Split(' ', 2))
            .ToDictionary(static entry => Rune.GetRuneAt(entry[0], 0).Value, static entry => entry[1]);

    private static Dictionary<int, string> ReadAccents(string table)
    {
        var letters = new Dictionary<int, string>();
        foreach (var line in table.Split('\n', StringSplitOptions.TrimEntries))
        {
            var accent = line[0];
            foreach (var pair in line[2..].Chunk(2)) letters.Add(pair[0], $@"\{accent}{{{pair[1]}}}");
        }

        return letters;
    }
}
