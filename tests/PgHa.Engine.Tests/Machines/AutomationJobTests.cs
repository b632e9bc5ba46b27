using System.Collections;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Tests.Machines;

/// <summary>A job of Azure Automation's sandbox is told from one on a hybrid worker, and from everything else.</summary>
public sealed class AutomationJobTests
{
    [Theory]
    [InlineData("AUTOMATION_ASSET_ACCOUNTID", "6a5b", true)]
    [InlineData("Automation_Asset_Sandbox_Id", "6a5b", true)]
    [InlineData("AZUREPS_HOST_ENVIRONMENT", "AzureAutomation/", true)]
    [InlineData("AZUREPS_HOST_ENVIRONMENT", "AzureAutomation", true)]
    [InlineData("AZUREPS_HOST_ENVIRONMENT", "cloud-shell/1.0", false)]
    [InlineData("PATH", "/usr/bin", false)]
    public void A_job_is_known_by_its_environment_variables(string name, string value, bool isJob) =>
        Assert.Equal(isJob, AutomationJob.IsJob(new Hashtable { [name] = value }));

    [Fact]
    public void Only_a_job_that_starts_no_program_is_in_the_sandbox()
    {
        Hashtable job = new() { ["AUTOMATION_ASSET_ACCOUNTID"] = "6a5b" };

        Assert.True(AutomationJob.IsSandbox(job, () => false));
        Assert.False(AutomationJob.IsSandbox(job, () => true));
    }

    [Fact]
    public void Elsewhere_no_program_is_tried()
    {
        bool wasTried = false;

        Assert.False(AutomationJob.IsSandbox(new Hashtable { ["PATH"] = "/usr/bin" }, () => wasTried = true));
        Assert.False(wasTried);
    }
}
