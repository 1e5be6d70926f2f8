using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Internal;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Reflection;

/// <summary>Files, symbols and extensions of all mapped services. Built once, when the first caller asks.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = new(StringComparer.Ordinal);

    public DescriptorIndex(IEnumerable<ServiceDescriptor> services)
    {
        var all = services.Distinct().ToArray();
        Services = [.. all.Select(service => service.FullName).Order(StringComparer.Ordinal)];
        foreach (var service in all)
        {
            AddFile(service.File);
        }
    }

    /// <summary>Full names of the services, sorted.</summary>
    public IReadOnlyList<string> Services { get; }

    /// <summary>The services behind all endpoints of an application.</summary>
    public static DescriptorIndex OfEndpoints(EndpointDataSource endpoints) => new(endpoints.Endpoints
        .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType)
        .OfType<Type>()
        .Distinct()
        .Select(ServiceBinding.DescriptorOf)
        .OfType<ServiceDescriptor>());

    public FileDescriptor? FileNamed(string name) => _files.GetValueOrDefault(name);

    public FileDescriptor? FileWithSymbol(string symbol) => _symbols.GetValueOrDefault(symbol);

    public FileDescriptor? FileWithExtension(string type, int number) =>
        _extensions.TryGetValue(type, out var byNumber) ? byNumber.GetValueOrDefault(number) : null;

    /// <summary>Null if the message is not known; empty if it has no extensions.</summary>
    public IReadOnlyCollection<int>? ExtensionNumbers(string type) =>
        _extensions.TryGetValue(type, out var byNumber) ? byNumber.Keys : _symbols.ContainsKey(type) ? [] : null;

    /// <summary>A file and all that it needs, each once.</summary>
    public static IEnumerable<ByteString> WithDependencies(FileDescriptor file)
    {
        var seen = new HashSet<FileDescriptor> { file };
        var waiting = new Queue<FileDescriptor>(seen);
        while (waiting.TryDequeue(out var next))
        {
            yield return next.SerializedData;
            foreach (var dependency in next.Dependencies.Where(seen.Add))
            {
                waiting.Enqueue(dependency);
            }
        }
    }

    private void AddFile(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var dependency in file.Dependencies)
        {
            AddFile(dependency);
        }

        foreach (var service in file.Services)
        {
            AddSymbol(service);
            AddSymbols(service.Methods);
        }

        AddSymbols(file.EnumTypes);
        AddExtensions(file.Extensions);
        foreach (var message in file.MessageTypes)
        {
            AddMessage(message);
        }
    }

    private void AddMessage(MessageDescriptor message)
    {
        AddSymbol(message);
        AddSymbols(message.Fields.InDeclarationOrder());
        AddSymbols(message.Oneofs);
        AddSymbols(message.EnumTypes);
        AddExtensions(message.Extensions);
        foreach (var nested in message.NestedTypes)
        {
            AddMessage(nested);
        }
    }

    private void AddExtensions(ExtensionCollection extensions)
    {
        foreach (var extension in extensions.UnorderedExtensions)
        {
            AddSymbol(extension);
            var type = extension.ExtendeeType.FullName;
            if (!_extensions.TryGetValue(type, out var byNumber))
            {
                _extensions.Add(type, byNumber = []);
            }

            byNumber.TryAdd(extension.FieldNumber, extension.File);
        }
    }

    private void AddSymbols(IEnumerable<IDescriptor> symbols)
    {
        foreach (var symbol in symbols)
        {
            AddSymbol(symbol);
            if (symbol is EnumDescriptor enumeration)
            {
                AddSymbols(enumeration.Values);
            }
        }
    }

    private void AddSymbol(IDescriptor symbol) => _symbols.TryAdd(symbol.FullName, symbol.File);
}
