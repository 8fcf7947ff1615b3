using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using NlinkFs.Protocol;
using NlinkFs.Testing;
using Xunit;

namespace NlinkFs.Tests.Protocol;

/// <summary>Our structures and constants against the kernel's header, by the C compiler.</summary>
public sealed partial class AbiTests
{
    private const string Header = "/usr/include/linux/fuse.h";

    private static readonly Type[] s_ids = [typeof(NodeId), typeof(RequestId), typeof(FileHandleId)];

    [Fact]
    public void EveryStructureHasTheSizeAndOffsetsOfTheTable()
    {
        List<string> wrong = [];
        foreach (Row row in Rows())
        {
            int size = Marshal.SizeOf(row.Type);
            if (size != row.Size)
            {
                wrong.Add($"{row.Type.Name}: {size} bytes, {row.CName} has {row.Size}");
            }

            string[] fields = [.. row.Type.GetFields(BindingFlags.Instance | BindingFlags.Public).Select(field => field.Name)];
            wrong.AddRange(fields.Except(row.Fields.Select(field => field.Name)).Select(name => $"{row.Type.Name}.{name} is not in the table"));
            wrong.AddRange(row.Fields
                .Where(field => !fields.Contains(field.Name) || Marshal.OffsetOf(row.Type, field.Name) != field.Offset)
                .Select(field => $"{row.Type.Name}.{field.Name} is not at {field.Offset}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void EveryStructureIsInTheTable()
    {
        HashSet<Type> listed = [.. Rows().Select(row => row.Type)];
        IEnumerable<Type> structures = typeof(InHeader).Assembly.GetExportedTypes()
            .Where(type => type.IsValueType && !type.IsEnum && !type.IsByRefLike && !s_ids.Contains(type))
            .Where(type => type.GetCustomAttribute<InlineArrayAttribute>() is null);
        Assert.Empty(structures.Except(listed));
    }

    [Fact]
    public void EveryEnumIsInTheTable()
    {
        IEnumerable<string> enums = typeof(InHeader).Assembly.GetExportedTypes().Where(type => type.IsEnum).Select(type => type.Name);
        Assert.Empty(enums.Except(AbiTable.Enums.Select(line => line.Split(' ')[0])));
    }

    [Fact]
    public void TheCompilerAgreesWithTheTable()
    {
        Assert.True(File.Exists(Header), $"{Header} is missing: apt-get install linux-libc-dev");
        int minor = int.Parse(MinorVersion().Match(File.ReadAllText(Header)).Groups[1].Value, CultureInfo.InvariantCulture);
        StringBuilder code = new("#include <stddef.h>\n#include <sys/ioctl.h>\n#include <linux/fuse.h>\n");
        foreach (Row row in Rows().Where(row => row.Since <= minor))
        {
            code.Append(CultureInfo.InvariantCulture, $"_Static_assert(sizeof(struct {row.CName}) == {row.Size}, \"size of {row.CName}\");\n");
            foreach (Field field in row.Fields.Where(field => field.Since <= minor))
            {
                code.Append(
                    CultureInfo.InvariantCulture,
                    $"_Static_assert(offsetof(struct {row.CName}, {field.CName}) == {field.Offset}, \"{row.CName}.{field.CName}\");\n");
            }
        }

        foreach ((long value, string name, int since) in ConstantsOfEnums().Concat(AbiTable.Constants).Where(constant => constant.Since <= minor))
        {
            code.Append(CultureInfo.InvariantCulture, $"_Static_assert(({((ulong)value <= uint.MaxValue ? "unsigned" : "unsigned long long")})({name}) == {(ulong)value}ull, \"{name}\");\n");
        }

        using TempTree tree = new();
        string file = tree.Write("abi.c", code.ToString());
        CommandResult compiled = Commands.Run("cc", "-fsyntax-only", file);
        Assert.True(compiled.ExitCode == 0, compiled.ToString());
    }

    [Theory]
    [InlineData("FUSE_STATX", 52)]
    [InlineData("FUSE_COPY_FILE_RANGE_64", 53)]
    public void NewerOpcodesHaveTheirNumber(string name, uint value) =>
        Assert.Contains(ConstantsOfEnums(), constant => constant.Name == name && constant.Value == value);

    [Theory]
    [InlineData(InitFlags.DirectIoAllowMmap, 36)]
    [InlineData(InitFlags.Passthrough, 37)]
    [InlineData(InitFlags.NoExportSupport, 38)]
    [InlineData(InitFlags.HasResend, 39)]
    [InlineData(InitFlags.AllowIdmap, 40)]
    [InlineData(InitFlags.OverIoUring, 41)]
    [InlineData(InitFlags.RequestTimeout, 42)]
    public void NewerFeaturesHaveTheirBit(InitFlags flag, int bit) => Assert.Equal(1ul << bit, (ulong)flag);

    [GeneratedRegex(@"FUSE_KERNEL_MINOR_VERSION (\d+)")]
    private static partial Regex MinorVersion();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|(?<=V)(?=2$)")]
    private static partial Regex WordBoundary();

    private static IEnumerable<Row> Rows()
    {
        foreach (string line in AbiTable.Structs)
        {
            string[] parts = line.Split(": ");
            string[] head = parts[0].Split(' ');
            (string size, int since) = Since(head[2]);
            Type type = typeof(InHeader).Assembly.GetType($"NlinkFs.Protocol.{head[0]}", throwOnError: true)!;
            Field[] fields = [.. parts[1].Split(' ').Select(ParseField)];
            yield return new Row(type, head[1], int.Parse(size, CultureInfo.InvariantCulture), since, fields);
        }
    }

    private static Field ParseField(string text)
    {
        (string rest, int since) = Since(text);
        string[] parts = rest.Split('=', '@');
        return new Field(parts[0], parts[1], nint.Parse(parts[2], CultureInfo.InvariantCulture), since);
    }

    private static (string Text, int Since) Since(string text)
    {
        string[] parts = text.Split('/');
        return (parts[0], parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
    }

    private static IEnumerable<(long Value, string Name, int Since)> ConstantsOfEnums()
    {
        foreach (string line in AbiTable.Enums)
        {
            string[] words = line.Split(' ');
            Dictionary<string, (string Name, int Since)> exceptions = words[2..].Select(Since)
                .ToDictionary(pair => pair.Text.Split('=')[0], pair => (pair.Text.Split('=')[^1], pair.Since));
            Type type = typeof(InHeader).Assembly.GetType($"NlinkFs.Protocol.{words[0]}", throwOnError: true)!;
            foreach (string member in Enum.GetNames(type).Where(name => name != "None"))
            {
                bool listed = exceptions.TryGetValue(member, out (string Name, int Since) exception);
                string name = listed && exception.Name != member ? exception.Name : words[1] + WordBoundary().Replace(member, "_").ToUpperInvariant();
                long value = type.GetEnumUnderlyingType() == typeof(ulong)
                    ? (long)(ulong)Enum.Parse(type, member)
                    : Convert.ToInt64(Enum.Parse(type, member), CultureInfo.InvariantCulture);
                yield return (value, name, exception.Since);
            }
        }
    }

    private sealed record Row(Type Type, string CName, int Size, int Since, Field[] Fields);

    private sealed record Field(string Name, string CName, nint Offset, int Since);
}
