using FsCheck;
using FsCheck.Fluent;
using PortSentry.Core.Addresses;
using PortSentry.Responders.HostsDeny;

namespace PortSentry.Responders.Tests.HostsDeny;

public sealed class HostsDenyTextTests
{
    // Pieces of real and of broken files; any sequence of them is somebody's hosts.deny.
    private static readonly Gen<string> Foreign = Gen.Elements(
        "# /etc/hosts.deny: list of hosts\n", "ALL: PARANOID\n", "\n", "ALL: 10.99.1.1 : DENY\n", "sshd: .example.org, \\\n  10.\n", "\r\n",
        "in.ftpd: [fd99::1]\r\n", "ALL", ":", "\\\n", "\\", "\u00FF\u00E9\u0080", "\t", "ALL: 10.99.0.0/255.255.0.0\n", "#", "# portsentry", " # portsentry begin\n")
        .ListOf().Select(parts => string.Concat(parts));

    private static readonly Gen<Prefix> Target =
        from v4 in Gen.Elements(true, false)
        from bits in Gen.Choose(0, int.MaxValue)
        from length in v4 ? Gen.Elements(32, 24, 31, 1) : Gen.Elements(128, 64, 48)
        select new Prefix(v4 ? Address.FromV4((uint)bits) : new Address(((UInt128)0xFD99 << 112) | ((UInt128)(uint)bits << 60) | (uint)bits), length);

    private static readonly Gen<List<Prefix>> Targets = Target.ListOf().Select(l => l.Distinct().ToList());

    [Fact]
    public void Taking_ours_away_gives_the_file_back_byte_for_byte() => Check.QuickThrowOnFailure(Prop.ForAll(Foreign.ToArbitrary(), Targets.ToArbitrary(), (original, targets) =>
    {
        var file = HostsDenyText.Parse(original);
        foreach (var target in targets) file.Set(target, $"ALL: {HostsDenyText.Pattern(target)} : DENY");
        var read = HostsDenyText.Parse(file.Render());
        Assert.Equal(targets.Order(ByText), read.Targets.Order(ByText));
        Assert.Equal(original, read.Foreign);
        foreach (var target in targets) Assert.True(read.Remove(target));
        Assert.Equal(original, read.Render());
    }));

    [Fact]
    public void Setting_twice_is_setting_once() => Check.QuickThrowOnFailure(Prop.ForAll(Foreign.ToArbitrary(), Targets.ToArbitrary(), (original, targets) =>
    {
        var once = HostsDenyText.Parse(original);
        foreach (var target in targets) once.Set(target, $"ALL: {HostsDenyText.Pattern(target)}");
        var twice = HostsDenyText.Parse(once.Render());
        foreach (var target in targets) twice.Set(target, $"ALL: {HostsDenyText.Pattern(target)}");
        Assert.Equal(once.Render(), twice.Render());
    }));

    [Fact]
    public void A_pattern_reads_back_as_the_target_it_was_made_of() => Check.QuickThrowOnFailure(Prop.ForAll(Target.ToArbitrary(), target =>
    {
        foreach (var template in (string[])["ALL: {0}", "ALL: {0} : DENY", "sshd in.ftpd:{0}:spawn (echo %h)", "ALL : {0}, LOCAL"])
        {
            Assert.True(HostsDenyText.TryTarget(string.Format(template, HostsDenyText.Pattern(target)), out var read));
            Assert.Equal(target, read);
        }
    }));

    [Fact]
    public void Any_text_between_or_around_the_marks_is_kept() => Check.QuickThrowOnFailure(Prop.ForAll(Foreign.ToArbitrary(), Foreign.ToArbitrary(), (before, inside) =>
    {
        var text = $"{before}\n# portsentry begin\n{inside}\n# portsentry end\nrest";
        var strangers = inside.Split('\n').Count(l => !HostsDenyText.TryTarget(l.TrimEnd('\r'), out _));
        var kept = HostsDenyText.Parse(text).Foreign;
        Assert.StartsWith(before + "\n", kept);
        Assert.EndsWith("rest", kept);
        Assert.Equal(before.Count(c => c == '\n') + 1 + strangers, kept.Count(c => c == '\n'));
    }));

    [Fact]
    public void A_block_without_its_end_claims_only_rules_of_our_shape_right_behind_the_mark()
    {
        var file = HostsDenyText.Parse("a\n# portsentry begin\nALL: 10.99.1.1 : DENY\nALL: [fd99::]/64\nALL: PARANOID\nALL: 10.99.1.2\n");
        Assert.Equal(["10.99.1.1", "fd99::/64"], file.Targets.Select(t => t.ToString()).Order());
        Assert.Equal("a\nALL: PARANOID\nALL: 10.99.1.2\n", file.Foreign);
    }

    [Fact]
    public void A_file_that_we_made_goes_with_our_last_line()
    {
        var file = HostsDenyText.Parse(null);
        Assert.Null(file.Render());
        file.Set(Prefix.Parse("10.99.1.1"), "ALL: 10.99.1.1");
        var read = HostsDenyText.Parse(file.Render());
        read.Clear();
        Assert.Null(read.Render());
        Assert.Equal("", HostsDenyText.Parse("").Render());
    }

    private static readonly Comparer<Prefix> ByText = Comparer<Prefix>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));
}
