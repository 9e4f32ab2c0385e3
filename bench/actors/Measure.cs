namespace PortSentry.Bench.Actors;

/// <summary>One figure, its target, and whether more or less of it is good.</summary>
internal sealed record Figure(string Name, string Unit, double Target, bool MoreIsBetter, Func<double> Run)
{
    public const int Rounds = 3;

    public bool Meets(double value) => MoreIsBetter ? value >= Target : value <= Target;

    /// <summary>The middle of three rounds, after one that warms the code up.</summary>
    public (double Median, double[] All) Measure()
    {
        Run();
        var all = new double[Rounds];
        for (var i = 0; i < Rounds; i++) all[i] = Run();
        return (all.Order().ElementAt(Rounds / 2), all);
    }
}
