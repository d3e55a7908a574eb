package dev.postern.mcp;

import dev.postern.ToolResult;
import dev.postern.agent.Agent;
import dev.postern.agent.AgentResult;
import dev.postern.agent.Tool;
import dev.postern.testkit.FakeLlm;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Calls tools as agents do. */
final class Calls {
    private Calls() {}

    /** The result of a call of this tool by an agent. */
    static ToolResult call(McpClient client, String tool, Map<String, ?> arguments) {
        AgentResult result = agent(client.tools(), tool, arguments).run("Go.");
        return result.toolCalls().get(0).result();
    }

    /** An agent whose model calls this tool once. */
    static Agent agent(List<Tool> tools, String tool, Map<String, ?> arguments) {
        return Agent.builder(FakeLlm.calling(tool, arguments).thenText("Done."))
                .tools(tools)
                .build();
    }

    static List<String> names(McpClient client) {
        return client.tools().stream().map(Tool::name).toList();
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("it did not happen within 30 seconds");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
