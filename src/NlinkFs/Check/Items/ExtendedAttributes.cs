using NlinkFs.Linux;

namespace NlinkFs.Check.Items;

/// <summary>What extended attributes cost, which smbd asks for with each file.</summary>
internal sealed class ExtendedAttributes() : Check<Evidence>("xattr", "extended attributes")
{
    private static readonly Errno[] s_usual = [Errno.None, Errno.ENODATA, Errno.ERANGE];

    internal override Finding Judge(Evidence evidence) => evidence.Xattrs switch
    {
        null => Unseen("no file to try it with"),
        { } tried when tried.Get == Errno.EOPNOTSUPP => Ok("not supported, which costs nothing"),
        { } tried when s_usual.Contains(tried.Get) && s_usual.Contains(tried.List) => evidence.IsFuse
            ? Note("supported", "a request for each file that smbd looks at", "a mirror says \"not supported\" once (--xattr=nosys, the default); --xattr=pass keeps them")
            : Ok("supported"),
        { } tried => Curable(
            Severity.Warning,
            $"asking fails: {(s_usual.Contains(tried.Get) ? tried.List : tried.Get)}",
            "ls -l and cp -a complain, and Samba may refuse to open files",
            "--xattr=nosys (the default)",
            tried.Path),
    };
}
