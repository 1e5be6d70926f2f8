using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Compat.Grpc.Tests.Interop;

/// <summary>Where the foreign programs are, and what to say when they are not there.</summary>
internal static class TestTools
{
    private const string Python = "/usr/bin/python3";
    private const string Install = "Run eng/install-test-tools.sh once; it installs what the interop tests need.";

    private static readonly string Sources = Folder();

    /// <summary>How to run a script of grpc-js (node) or of grpcio (python).</summary>
    /// <exception cref="InvalidOperationException">The tool is not installed.</exception>
    public static ProcessStartInfo Command(string tool, string script, string argument)
    {
        var start = new ProcessStartInfo
        {
            FileName = tool == "node" ? "node" : Python,
            WorkingDirectory = Path.Combine(Sources, tool),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Require(tool == "node"
            ? Directory.Exists(Path.Combine(start.WorkingDirectory, "node_modules", "@grpc", "grpc-js"))
            : File.Exists(Python));
        start.ArgumentList.Add(script + (tool == "node" ? ".js" : ".py"));
        start.ArgumentList.Add(argument);
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        foreach (var proxy in new[] { "http_proxy", "https_proxy", "grpc_proxy", "HTTP_PROXY", "HTTPS_PROXY" })
        {
            start.Environment.Remove(proxy);
        }

        return start;
    }

    /// <summary>What a tool said on its way out, with the way to install it if that is what it lacks.</summary>
    public static string Explain(string errors) =>
        errors.Contains("No module named", StringComparison.Ordinal) || errors.Contains("Cannot find module", StringComparison.Ordinal)
            ? $"{errors}\n{Install}"
            : errors;

    public static void Require(bool isThere)
    {
        if (!isThere)
        {
            throw new InvalidOperationException(Install);
        }
    }

    private static string Folder([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
