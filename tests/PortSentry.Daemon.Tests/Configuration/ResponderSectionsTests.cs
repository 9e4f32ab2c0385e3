using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Tests.Configuration;

/// <summary>config/portsentry.conf is the documentation: it must hold every key of every responder, with the value that the code has.</summary>
public sealed class ResponderSectionsTests
{
    public static TheoryData<string> Names => [.. ResponderSections.All.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_option_stands_in_the_file_with_its_default(string name)
    {
        var create = ResponderSections.All.Single(r => r.Name == name).Create;
        var section = Assert.IsType<HoconObject>(new HoconLoader().Load(ConfigurationLoader.Reference()).Find("portsentry", "response", name));
        var keys = RecordSection.Properties(create().GetType()).Select(p => RecordSection.Key(p.Name));
        Assert.Equal(keys.Order(StringComparer.Ordinal), section.Fields.Select(f => f.Key).Order(StringComparer.Ordinal));
        var bound = create();
        var problems = new List<ConfigurationProblem>();
        RecordSection.Bind(new Section(section, name, problems), bound, used: false);
        Assert.Empty(problems);
        Assert.True(RecordSection.AreSame(create(), bound), $"{create()} in the code, {bound} in the file");
    }
}
