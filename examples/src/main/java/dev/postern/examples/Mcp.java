package dev.postern.examples;

import dev.postern.LlmProvider;
import dev.postern.agent.Agent;
import dev.postern.agent.AgentResult;
import dev.postern.agent.Tool;
import dev.postern.mcp.McpClient;
import java.io.PrintStream;

/** An agent that uses the tools of an MCP server. The server is a small one that this program starts itself. */
public final class Mcp {
    private Mcp() {}

    /** Runs the example. */
    public static void main(String[] args) throws Exception {
        Example.main(Mcp::run);
    }

    static void run(LlmProvider llm, PrintStream out) throws Exception {
        try (McpWeatherServer server = McpWeatherServer.start();
                McpClient weather = McpClient.http(server.uri())
                        .name("station")
                        .onProgress(news -> out.println("progress " + news.message()))
                        .build()) {
            out.println("server   " + weather.serverInfo());
            for (Tool tool : weather.tools()) {
                out.println("tool     " + tool.name() + ": " + tool.definition().description());
            }

            Agent agent = Agent.builder(llm).tools(weather.tools()).build();
            String question = "What is the weather in Paris and in Oslo?";
            out.println("you      " + question);
            AgentResult result = agent.run(question);
            result.toolCalls()
                    .forEach(done -> out.println("model    calls " + done.call().name() + " with "
                            + done.call().input()));
            out.println("model    " + result.text());
        }
    }
}
