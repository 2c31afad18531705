using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

// Marks the methods of an assembly that the runtime is to compile once and never again (MethodImplOptions.NoOptimization).
//
// The runtime compiles a method quickly at first, and after 30 calls once or twice more, each time for milliseconds. MSBuild's
// main process is new in each build, and what runs a few times for a project never earns that back. Methods that loop
// over files and bytes do: they stay as they are, and so does what is short enough to be compiled into its callers.
//
// Usage: CompileOnce ASSEMBLY [NAMESPACE-TO-LEAVE ...]

const int ShortIL = 16;
const MethodImplAttributes Decided =
    MethodImplAttributes.AggressiveOptimization | MethodImplAttributes.AggressiveInlining | MethodImplAttributes.NoInlining | MethodImplAttributes.NoOptimization;

if (args.Length == 0)
{
    Console.Error.WriteLine("CompileOnce ASSEMBLY [NAMESPACE-TO-LEAVE ...]");
    return 2;
}

byte[] assembly = File.ReadAllBytes(args[0]);
using PEReader reader = new([.. assembly]);
MetadataReader metadata = reader.GetMetadataReader();

// A row of the table of methods begins with the place of the code (4 bytes), then come the flags: ECMA-335, II.22.26.
int table = reader.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.MethodDef);
int row = metadata.GetTableRowSize(TableIndex.MethodDef);
int marked = 0;
foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
{
    MethodDefinition method = metadata.GetMethodDefinition(handle);
    if ((method.ImplAttributes & Decided) != 0 || method.RelativeVirtualAddress == 0 ||
        reader.GetMethodBody(method.RelativeVirtualAddress).GetILReader().Length < ShortIL || IsLeft(method.GetDeclaringType()))
    {
        continue;
    }

    Span<byte> flags = assembly.AsSpan(table + ((MetadataTokens.GetRowNumber(handle) - 1) * row) + sizeof(int));
    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | (ushort)MethodImplAttributes.NoOptimization));
    marked++;
}

File.WriteAllBytes(args[0], assembly);
Console.WriteLine($"{marked} of {metadata.MethodDefinitions.Count} methods of {Path.GetFileName(args[0])} are compiled once.");
return 0;

bool IsLeft(TypeDefinitionHandle handle)
{
    TypeDefinition type = metadata.GetTypeDefinition(handle);
    while (!type.GetDeclaringType().IsNil)
    {
        type = metadata.GetTypeDefinition(type.GetDeclaringType());
    }

    string space = metadata.GetString(type.Namespace);
    return args.Skip(1).Any(left => space == left || space.StartsWith(left + ".", StringComparison.Ordinal));
}
