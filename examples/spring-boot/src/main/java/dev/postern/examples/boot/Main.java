package dev.postern.examples.boot;

import dev.postern.server.standin.StandInServer;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Starts {@link StoryApplication} with the properties of a server. The variables {@code OPENAI_BASE_URL}, {@code OPENAI_API_KEY} and
 * {@code OPENAI_MODEL} name it; without them it is a {@link StandInServer}.
 */
public final class Main {
    private Main() {}

    /** Starts the application, which runs until it is stopped. Arguments are properties, such as {@code --server.port=8081}. */
    public static void main(String[] args) {
        run(System.getenv(), System.out, args);
    }

    static ConfigurableApplicationContext run(Map<String, String> environment, PrintStream out, String... args) {
        SpringApplication application = new SpringApplication(StoryApplication.class);
        Map<String, Object> properties = new HashMap<>();
        set(properties, "postern.base-url", environment, "OPENAI_BASE_URL");
        set(properties, "postern.api-key", environment, "OPENAI_API_KEY");
        if (properties.isEmpty()) {
            StandInServer server = StandInServer.start();
            properties.putAll(Map.of("postern.base-url", server.baseUrl(), "postern.model", StandInServer.MODEL));
            application.addListeners(event -> {
                if (event instanceof ContextClosedEvent || event instanceof ApplicationFailedEvent) {
                    server.close();
                }
            });
            out.println(
                    "No server is configured, so this talks to a stand-in: a small program on a port of this machine.");
        }
        set(properties, "postern.model", environment, "OPENAI_MODEL");
        application.setDefaultProperties(properties);
        ConfigurableApplicationContext context = application.run(args);
        String address = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
        out.println("Ask it in another terminal; Ctrl-C stops it:");
        out.println("  curl '" + address + "/answer?question=What+is+the+capital+of+France%3F'");
        out.println("  curl -N '" + address + "/story?topic=gates'");
        return context;
    }

    private static void set(
            Map<String, Object> properties, String property, Map<String, String> environment, String variable) {
        String value = environment.getOrDefault(variable, "").trim();
        if (!value.isEmpty()) {
            properties.put(property, value);
        }
    }
}
