package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.gateway.Gateway;
import dev.postern.server.access.KeysCommand;
import dev.postern.server.http.Limits;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** The gateway as a server: {@code server/run --config FILE --port N}. */
public final class GatewayServerMain {
    private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

    private GatewayServerMain() {}

    /** Runs the server until Ctrl-C or SIGTERM. */
    public static void main(String[] args) {
        int status = run(args, System.getenv(), System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
        // Otherwise the threads of the event loops keep the process alive.
    }

    static int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (args.length > 0 && args[0].equals("keys")) {
            String[] words = Arrays.copyOfRange(args, 1, args.length);
            return new KeysCommand(InstantSource.system(), new SecureRandom()).run(words, out, err);
        }
        Arguments arguments;
        try {
            arguments = Arguments.parse(args);
        } catch (Arguments.UsageException e) {
            err.println(e.getMessage());
            err.println();
            err.print(Arguments.USAGE);
            return 2;
        }
        if (arguments.help()) {
            out.print(Arguments.USAGE);
            return 0;
        }
        if (System.getProperty(LOG_FORMAT) == null) {
            System.setProperty(LOG_FORMAT, "%1$tF %1$tT %4$-7s %5$s%6$s%n"); // one line instead of two
        }
        if (System.getProperty(ShutdownLogManager.PROPERTY) == null) {
            System.setProperty(ShutdownLogManager.PROPERTY, ShutdownLogManager.class.getName());
        }
        var unused = Logger.getLogger("").getHandlers(); // created at the first use, which fails at shutdown
        NettyLog.quiet();
        try {
            GatewayService service = GatewayService.start(arguments, environment, Limits.defaults());
            Duration grace = arguments.grace();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(service, grace, out), "gateway-shutdown"));
            out.println(welcome(arguments, service));
            return 0;
        } catch (LlmException e) {
            err.println(e.getMessage());
        } catch (IOException e) {
            err.println("The server cannot listen at " + arguments.host() + ", port " + arguments.port() + " ("
                    + e.getMessage() + "); choose another --port or --host.");
        }
        return 1;
    }

    private static void stop(GatewayService service, Duration grace, PrintStream out) {
        int running = service.running();
        if (running > 0) {
            out.println("Stopping; active requests (" + running + ") have " + grace.toSeconds() + " seconds.");
        }
        service.stop(grace);
        ShutdownLogManager.close();
        out.println("Stopped.");
    }

    private static String welcome(Arguments arguments, GatewayService service) {
        boolean open = !new InetSocketAddress(arguments.host(), 0).getAddress().isLoopbackAddress();
        boolean everywhere =
                arguments.host().equals("0.0.0.0") || arguments.host().equals("::");
        String host = everywhere ? "127.0.0.1" : arguments.host();
        String url = (service.isEncrypted() ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host)
                + ":" + service.port();
        String body = "'{\"messages\":[{\"role\":\"user\",\"content\":\"What is the capital of France?\"}]}'";
        List<String> agents = service.agents();
        String key = service.asksForKeys() ? " -H \"Authorization: Bearer $POSTERN_KEY\"" : "";
        String post = key + " -H 'Content-Type: application/json' -d " + body;
        return "The gateway listens at " + url + (everywhere ? " and all other addresses of this machine" : "") + ".\n"
                + (service.asksForKeys()
                        ? "Requests need a key.\n"
                        : "It asks for no keys: everybody "
                                + (open ? "who can reach it" : "on this machine")
                                + " can use the backends.\n")
                + "Backends: " + backends(service.gateway()) + "\n"
                + (agents.isEmpty() ? "" : "Agents: " + String.join(", ", agents) + "\n")
                + arguments
                        .config()
                        .map(file -> "Configuration: " + file + ", read again when it changes.\n")
                        .orElse("No --config: it serves a stand-in, which answers by a few rules instead of a model.\n")
                + "\n"
                + "Try it from another terminal:\n\n"
                + "curl -s " + url + "/api/v1/llm/completions" + post + "\n"
                + "curl -sN " + url + "/api/v1/llm/completions/stream" + post + "\n"
                + (agents.isEmpty() ? "" : chat(url, agents.get(0), key))
                + "\n"
                + "Ctrl-C stops it.";
    }

    private static String chat(String url, String agent, String key) {
        return "curl -sN " + url + "/api/v1/agents/" + agent + "/chat/stream" + key
                + " -H 'Content-Type: application/json' -d '{\"message\":\"Remember that I like tea.\"}'\n";
    }

    private static String backends(Gateway gateway) {
        return gateway.backends().stream()
                .map(name -> name.equals(gateway.defaultBackend()) ? name + " (default)" : name)
                .collect(Collectors.joining(", "));
    }
}
