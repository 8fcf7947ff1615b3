namespace NlinkFs.Check.Machine;

/// <summary>Which smbd is here, if any.</summary>
internal sealed class SambaVersion() : Check<MachineFacts>("samba", "smbd")
{
    internal override Finding Judge(MachineFacts facts)
    {
        string[] words = (facts.Samba ?? "").Split(' ');
        return facts.Samba is null ? Ok("not here, and mirrors need none")
            : words.Length > 1 && Version.TryParse(words[1].Split('-')[0], out Version? version) && version >= new Version(4, 22)
                ? Note(facts.Samba, "directory leases hide what changes behind the share", "smb3 directory leases = no")
            : Ok(facts.Samba);
    }
}
