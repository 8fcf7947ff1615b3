using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace NlinkFs.Linux;

/// <summary>Bytes that are names, made fit for a line of text.</summary>
public static class Printable
{
    /// <summary>
    /// Valid UTF-8 stays readable; control characters, quotes, backslashes and bytes that are not UTF-8 become \xNN, so that the
    /// result is one line and says exactly which bytes were there.
    /// </summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes) && bytes.IndexOfAnyInRange((byte)0, (byte)31) < 0 && bytes.IndexOfAny((byte)127, (byte)'"', (byte)'\\') < 0)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        StringBuilder text = new();
        while (!bytes.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            if (valid && !Rune.IsControl(rune) && rune.Value is not ('"' or '\\'))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (byte b in bytes[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
                }
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }
}
