namespace NlinkFs.Check.Items;

/// <summary>A root with inode number 0, as go-fuse has it.</summary>
internal sealed class RootInode() : Check<Evidence>("root-ino", "inode number of the root")
{
    internal override Finding Judge(Evidence evidence) => evidence.Entries.FirstOrDefault()?.First switch
    {
        null or { Error.IsError: true } => Unseen("the root could not be looked at"),
        { Attributes.Ino: 0 } => Curable(
            Severity.Warning, "0", "0 means \"none\": what goes by inode numbers (find -inum, backups, layers above) stumbles", "--inodes=path (the default)"),
        { } look => Ok(look.Attributes.Ino.ToString(System.Globalization.CultureInfo.InvariantCulture)),
    };
}
