using NlinkFs.Linux;

namespace NlinkFs.Check.Machine;

/// <summary>/dev/fuse, without which there is no mounting.</summary>
internal sealed class Device() : Check<MachineFacts>("dev-fuse", "/dev/fuse")
{
    internal override Finding Judge(MachineFacts facts) => facts.Device switch
    {
        { IsError: false } => Ok("can be opened"),
        { } error => Incurable(
            Severity.Error,
            error.ToString(),
            "nothing can be mounted",
            error == Errno.ENOENT || error == Errno.ENODEV ? "modprobe fuse; in a container --device /dev/fuse"
                : error == Errno.EPERM ? "in a container --device /dev/fuse"
                : "mode 0666 on it, as udev sets it"),
    };
}
