using System.Security.Cryptography;
using System.Text;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Store;

public sealed class MigrationsTests
{
    /// <summary>The SHA-256 of each released migration. A released migration must never change.</summary>
    private static readonly string[] Released =
    [
        "84902f8549ce62f66e70d54f96d799d4b2dc24d2ae9beef12e56641b98bb3392",
        "ef75b6214812866a25d0e7cf0afbc2522c13c8d82d1bee6ab6bf2fee8ed79baf",
        "898ec1a390036664cd1184d37905bb31b1b9ea2f2619d15a8ab4139c18e906a3",
        "bc243af98db40a274ff9357bee21f5afb33a4f4f696c372c5f8939074aa1e864",
        "8d116553c780fefcfce18f7101a4481469f77d05ca7900a2cd53707433dd0615",
        "a8ff472f1f9841c2e0779ee249232adf30cf6102aab4579856c113ec25e20f9a",
        "2aae525d71c421315576889396bb4b7481291f03f251921bd275820ef388e5c2",
        "0bfe424a712523a8253abc89b9b8c77918fbb1a5de4177025627bd2e0375b5b5",
    ];

    [Fact]
    public void ReleasedMigrations_AreUnchanged() =>
        Assert.Equal(Released, Migrations.All.Take(Released.Length)
            .Select(static sql =>
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql.TrimEnd('\n'))))));
}
