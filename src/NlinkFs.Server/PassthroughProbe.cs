using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using NlinkFs.Linux;
using NlinkFs.Protocol;

namespace NlinkFs.Server;

/// <summary>
/// Whether the kernel would read a file itself, found out by trying: on a FUSE connection of its own that is mounted nowhere. The
/// depth of stacked file systems shows nowhere else.
/// </summary>
public static class PassthroughProbe
{
    /// <summary>Tries to register <paramref name="file"/> with a maximum stack depth of 1 or 2.</summary>
    /// <returns>
    /// No error, or that of <see cref="BackingFiles.Register"/>: EPERM without privilege, ELOOP when the depth does not suffice;
    /// ENOSYS for a kernel that does not offer passthrough; others when the connection cannot be made.
    /// </returns>
    public static Errno Try(Fd file, uint maxStackDepth)
    {
        Errno error = Files.OpenAt(Fd.WorkingDirectory, "/dev/fuse"u8, OpenFlags.ReadWrite, out Fd device);
        if (error.IsError)
        {
            return error;
        }

        error = Mounts.OpenFileSystem("fuse"u8, out Fd context);
        if (!error.IsError)
        {
            error = Connect(context, device);
            error = error.IsError ? error : Agree(device, maxStackDepth);
            error = error.IsError ? error : new BackingFiles(device).Register(file, out _);
        }

        context.Close();
        device.Close();
        return error;
    }

    private static Errno Connect(Fd context, Fd device)
    {
        Errno error = Set(context, "fd", device.Value);
        error = error.IsError ? error : Mounts.Configure(context, "rootmode"u8, "40000"u8);
        error = error.IsError ? error : Set(context, "user_id", (int)Processes.UserId);
        error = error.IsError ? error : Set(context, "group_id", (int)Processes.GroupId);
        return error.IsError ? error : Mounts.Create(context);
    }

    private static Errno Set(Fd context, string key, int value) =>
        Mounts.Configure(context, Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

    private static Errno Agree(Fd device, uint maxStackDepth)
    {
        SessionOptions options = new() { MaxStackDepth = maxStackDepth };
        byte[] request = new byte[RequestDispatcher.RequestSize(options)];
        Errno error = Files.Read(device, request, out int length);
        if (error.IsError || length < Unsafe.SizeOf<InHeader>() + Unsafe.SizeOf<InitIn>())
        {
            return error.IsError ? error : Errno.ENOSYS;
        }

        InHeader header = MemoryMarshal.Read<InHeader>(request);
        InitIn init = MemoryMarshal.Read<InitIn>(request.AsSpan(Unsafe.SizeOf<InHeader>()));
        if (Handshake.Negotiate(in init, options, out InitOut reply, out NegotiatedSession session) != HandshakeResult.Agreed
            || !session.Features.HasFlag(InitFlags.Passthrough))
        {
            return Errno.ENOSYS;
        }

        byte[] answer = new byte[Unsafe.SizeOf<OutHeader>() + Unsafe.SizeOf<InitOut>()];
        MemoryMarshal.Write(answer, new OutHeader { Length = (uint)answer.Length, Unique = header.Unique });
        MemoryMarshal.Write(answer.AsSpan(Unsafe.SizeOf<OutHeader>()), in reply);
        return Files.Write(device, answer, out _);
    }
}
