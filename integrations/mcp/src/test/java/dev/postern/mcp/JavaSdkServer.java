package dev.postern.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import tools.jackson.databind.json.JsonMapper;

/** A server of the official SDK for Java: as a process, or in a Tomcat. */
final class JavaSdkServer implements AutoCloseable {
    private static final McpJsonMapper JSON = new JacksonMcpJsonMapper(new JsonMapper());

    private static final McpSchema.ServerCapabilities CAPABILITIES =
            McpSchema.ServerCapabilities.builder().tools(true).build();

    private final Tomcat tomcat;
    private final McpSyncServer server;

    private JavaSdkServer(Tomcat tomcat, McpSyncServer server) {
        this.tomcat = tomcat;
        this.server = server;
    }

    /** Serves the standard streams of this process. */
    public static void main(String[] args) {
        McpServer.sync(new StdioServerTransportProvider(JSON))
                .serverInfo("java-sdk", "2.1.0")
                .capabilities(CAPABILITIES)
                .tools(tools())
                .build();
    }

    static McpClientBuilder process() {
        return McpClient.stdio(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        JavaSdkServer.class.getName())
                .name("sdk");
    }

    static JavaSdkServer start(Path scratch) throws Exception {
        HttpServletStreamableServerTransportProvider transport = HttpServletStreamableServerTransportProvider.builder()
                .jsonMapper(JSON)
                .mcpEndpoint("/mcp")
                .build();
        McpSyncServer server = McpServer.sync(transport)
                .serverInfo("java-sdk", "2.1.0")
                .capabilities(CAPABILITIES)
                .tools(tools())
                .build();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(scratch.toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        Context context = tomcat.addContext("", scratch.toString());
        Wrapper servlet = Tomcat.addServlet(context, "mcp", transport);
        servlet.setAsyncSupported(true);
        servlet.addMapping("/mcp/*");
        tomcat.getConnector();
        tomcat.start();
        return new JavaSdkServer(tomcat, server);
    }

    McpClientBuilder client() {
        return McpClient.http(
                        URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/mcp"))
                .name("sdk");
    }

    void addTool(String name) {
        server.addTool(tool(name, (exchange, request) -> text("new")));
    }

    private static List<SyncToolSpecification> tools() {
        return List.of(
                tool(
                        "echo",
                        (exchange, request) ->
                                text("you said " + request.arguments().get("say"))),
                tool(
                        "fail",
                        (exchange, request) -> CallToolResult.builder()
                                .addTextContent("it failed")
                                .isError(true)
                                .build()),
                tool(
                        "image",
                        (exchange, request) -> CallToolResult.builder()
                                .content(List.of(McpSchema.ImageContent.builder("AAAA", "image/png")
                                        .build()))
                                .build()),
                tool(
                        "structured",
                        (exchange, request) -> CallToolResult.builder()
                                .structuredContent(Map.of("degrees", 21.5))
                                .build()),
                tool("slow", (exchange, request) -> {
                    Object token = request.meta().get("progressToken");
                    exchange.progressNotification(McpSchema.ProgressNotification.builder(token, 1)
                            .total(2.0)
                            .message("half")
                            .build());
                    return text("done");
                }));
    }

    private static CallToolResult text(String text) {
        return CallToolResult.builder().addTextContent(text).build();
    }

    private static SyncToolSpecification tool(
            String name, BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> function) {
        Map<String, Object> schema = Map.of("type", "object", "properties", Map.of("say", Map.of("type", "string")));
        return new SyncToolSpecification(
                McpSchema.Tool.builder(name, schema)
                        .description("Does " + name + ".")
                        .build(),
                function);
    }

    @Override
    public void close() throws Exception {
        server.close();
        tomcat.stop();
        tomcat.destroy();
    }
}
