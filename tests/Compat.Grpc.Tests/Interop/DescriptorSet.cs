using Compat.Grpc.Tests.Interop.Wire;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Compat.Grpc.Tests.Interop;

/// <summary>The services of the interop tests as a descriptor set file, from which the foreign programs make their messages.</summary>
internal static class DescriptorSet
{
    /// <summary>Writes the file and returns its path; the caller deletes it.</summary>
    public static string Write(params FileDescriptor[] more)
    {
        var set = new FileDescriptorSet();
        foreach (var file in (FileDescriptor[])[TestingReflection.Descriptor, .. more])
        {
            set.File.Add(FileDescriptorProto.Parser.ParseFrom(file.SerializedData));
        }

        var path = Path.Combine(Path.GetTempPath(), $"interop-{Guid.NewGuid():N}.binpb");
        File.WriteAllBytes(path, set.ToByteArray());
        return path;
    }
}
