using System.Text;

namespace Inventory.Grpc.Errors;

/// <summary>Small helpers for text that came from outside.</summary>
internal static class Text
{
    /// <summary>At most this many characters; never cuts a surrogate pair in two.</summary>
    public static string Cut(string text, int max)
    {
        if (text.Length <= max)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[max - 2]) ? max - 2 : max - 1;
        return string.Concat(text.AsSpan(0, end), "…");
    }

    /// <summary>Text for people that a label, a log and a CSV can carry: no control characters, not only blanks.</summary>
    public static bool IsPlain(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }
}
