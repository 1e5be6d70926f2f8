using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Who is at the other end of a connection.</summary>
internal static class CallPeer
{
    private const string CommonName = "x509_common_name";
    private const string AlternativeName = "x509_subject_alternative_name";

    private static readonly AuthContext Unauthenticated = new(null, []);

    public static string AddressOf(ConnectionInfo connection) => connection.RemoteIpAddress switch
    {
        null => "unknown",
        { AddressFamily: AddressFamily.InterNetwork } ip => $"ipv4:{ip}:{connection.RemotePort}",
        { AddressFamily: AddressFamily.InterNetworkV6 } ip => $"ipv6:[{ip}]:{connection.RemotePort}",
        var ip => $"unknown:{ip}:{connection.RemotePort}",
    };

    public static AuthContext AuthContextOf(ConnectionInfo connection) =>
        connection.ClientCertificate is { } certificate ? FromCertificate(certificate) : Unauthenticated;

    private static AuthContext FromCertificate(X509Certificate2 certificate)
    {
        var properties = new Dictionary<string, List<AuthProperty>>(StringComparer.Ordinal);
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames());
        Add(properties, AlternativeName, names);
        Add(properties, CommonName, [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)]);
        return new AuthContext(properties.ContainsKey(AlternativeName) ? AlternativeName : CommonName, properties);
    }

    private static void Add(Dictionary<string, List<AuthProperty>> properties, string name, IEnumerable<string> values)
    {
        var list = values.Select(value => AuthProperty.Create(name, Encoding.UTF8.GetBytes(value))).ToList();
        if (list.Count > 0)
        {
            properties.Add(name, list);
        }
    }
}
