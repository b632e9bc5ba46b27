using System.Globalization;
using System.Text;

namespace PgHa;

/// <summary>Draws a plan: the steps numbered in their order, under the servers they are about.</summary>
public static class PlanTree
{
    /// <summary>The plan as lines.</summary>
    /// <param name="title">What the plan does as a whole.</param>
    /// <param name="steps">The steps, each after those it requires.</param>
    /// <remarks>
    /// A step that waits for the step above it has no remark; a step that waits for other steps names their numbers. Steps
    /// that do not wait for each other run at the same time.
    /// </remarks>
    public static string Draw(string title, IReadOnlyList<PlanStep> steps)
    {
        StringBuilder tree = new(title);
        string indent = new(' ', steps.Count.ToString(CultureInfo.InvariantCulture).Length);
        for (int i = 0; i < steps.Count; i++)
        {
            PlanStep step = steps[i];
            bool isNewTarget = i == 0 || steps[i - 1].Target != step.Target;
            if (isNewTarget)
                tree.Append('\n').Append("  ").Append(step.Target);
            string number = (i + 1).ToString(CultureInfo.InvariantCulture).PadLeft(indent.Length);
            tree.Append('\n').Append("    ").Append(number).Append(". ")
                .Append(step.Description.Replace("\n", "\n      " + indent, StringComparison.Ordinal))
                .Append(After(Needed(steps, i), i, isNewTarget));
        }

        return tree.ToString();
    }

    private static string After(IReadOnlyList<int> after, int place, bool isNewTarget)
    {
        if (after.Count == 0)
            return place == 0 ? "" : " (at once)";
        if (!isNewTarget && after is [var only] && only == place - 1)
            return "";
        return $" (after {string.Join(", ", after.Order().Select(index => (index + 1).ToString(CultureInfo.InvariantCulture)))})";
    }

    // A required step is not named if another required step comes after it anyway.
    private static IReadOnlyList<int> Needed(IReadOnlyList<PlanStep> steps, int place)
    {
        IReadOnlyList<int> after = steps[place].After;
        return [.. after.Where(index => !after.Any(other => other != index && ComesAfter(steps, other, index)))];
    }

    private static bool ComesAfter(IReadOnlyList<PlanStep> steps, int place, int index) =>
        steps[place].After.Any(required => required == index || (required > index && ComesAfter(steps, required, index)));
}
