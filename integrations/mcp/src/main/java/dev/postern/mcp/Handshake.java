package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Begins connections, and finds out which version of the protocol the server speaks: it asks in the stateless protocol first. A server
 * that does not understand that gets a handshake of the older ones. What was found out holds for further connections.
 */
final class Handshake {
    /** Failures that say nothing about the protocol. */
    private static final Set<Kind> OTHER_REASONS = Set.of(
            Kind.AUTHENTICATION,
            Kind.PERMISSION,
            Kind.CONNECTION,
            Kind.RATE_LIMITED,
            Kind.OVERLOADED,
            Kind.CONFIGURATION,
            Kind.CANCELLED);

    private final McpSettings settings;
    private final Runnable toolsChanged;
    private volatile boolean isOlder;

    Handshake(McpSettings settings, Runnable toolsChanged) {
        this.settings = settings;
        this.toolsChanged = toolsChanged;
    }

    /**
     * Opens a connection that is ready for requests.
     *
     * @param opening is told each connection that is tried
     */
    CompletableFuture<Session> connect(Opening opening) {
        boolean asks =
                settings.protocol().isEmpty() ? !isOlder : settings.protocol().equals(Protocol.STATELESS.version());
        return open(opening, asks ? session -> discover(opening, session) : this::initialize);
    }

    private CompletableFuture<Session> open(Opening opening, Function<Session, CompletableFuture<Session>> begin) {
        Session session = new Session(settings, toolsChanged);
        if (!opening.begins(session)) {
            return CompletableFuture.failedFuture(Session.closed(settings.name()));
        }
        return begin.apply(session).whenComplete((done, thrown) -> {
            if (thrown != null || !session.equals(done)) {
                session.closeLater();
            }
        });
    }

    private CompletableFuture<Session> discover(Opening opening, Session session) {
        session.speak(Protocol.STATELESS);
        boolean mayBeSilent = settings.endpoint().mayBeSilent();
        Pending request = session.request(
                Protocol.DISCOVER,
                Map.of(),
                Pending.Options.within(mayBeSilent ? settings.probeTime() : settings.connectTime()));
        CompletableFuture<JsonObject> answer = request.answer();
        return failureOf(answer)
                .thenCompose(failure -> failure.isEmpty()
                        ? discovered(session, answer.join())
                        : notDiscovered(opening, session, request, failure.get()));
    }

    private static CompletableFuture<Optional<LlmException>> failureOf(CompletableFuture<JsonObject> answer) {
        return answer.handle(
                (result, thrown) -> thrown == null ? Optional.empty() : Optional.of(LlmException.of(thrown)));
    }

    private CompletableFuture<Session> discovered(Session session, JsonObject result) {
        List<String> versions = texts(result.get("supportedVersions"));
        if (!versions.contains(Protocol.STATELESS.version())) {
            return agree(session, versions);
        }
        JsonObject server = result.object(Protocol.META).object(Protocol.RESERVED + "serverInfo");
        session.established(
                Protocol.STATELESS, result.object("capabilities"), info(Protocol.STATELESS.version(), server, result));
        return CompletableFuture.completedFuture(session);
    }

    private CompletableFuture<Session> notDiscovered(
            Opening opening, Session session, Pending request, LlmException failure) {
        if (failure.kind() == Kind.CANCELLED) {
            return CompletableFuture.failedFuture(failure); // it was closed, so nothing more is tried
        }
        RpcError error = request.error();
        boolean mayBeSilent = settings.endpoint().mayBeSilent();
        if (error != null && error.code() == RpcError.UNSUPPORTED_VERSION) {
            return agree(session, texts(error.data().get("supported")));
        }
        if (!settings.protocol().isEmpty() || (error != null && error.isStateless())) {
            return CompletableFuture.failedFuture(failure);
        }
        if (mayBeSilent && !session.isUsable()) {
            return open(opening, this::initialize); // the request ended the process; another one does not get it
        }
        boolean saysNothing = failure.kind() == Kind.TIMEOUT ? !mayBeSilent : OTHER_REASONS.contains(failure.kind());
        return saysNothing ? CompletableFuture.failedFuture(failure) : initialize(session);
    }

    /** Takes an older version that both speak. */
    private CompletableFuture<Session> agree(Session session, List<String> versions) {
        boolean isSpoken = settings.protocol().isEmpty()
                && Protocol.SPOKEN.stream()
                        .filter(version -> !version.equals(Protocol.STATELESS.version()))
                        .anyMatch(versions::contains);
        return isSpoken ? initialize(session) : CompletableFuture.failedFuture(notSpoken(String.join(", ", versions)));
    }

    private CompletableFuture<Session> initialize(Session session) {
        session.speak(Protocol.UNKNOWN);
        String version = settings.protocol().isEmpty() ? Protocol.NEWEST_SESSION.version() : settings.protocol();
        return session.request(
                        Protocol.INITIALIZE,
                        Protocol.handshake(version),
                        Pending.Options.within(settings.connectTime()))
                .answer()
                .thenCompose(result -> initialized(session, result));
    }

    private CompletableFuture<Session> initialized(Session session, JsonObject result) {
        String version = result.text("protocolVersion");
        boolean isSpoken = settings.protocol().isEmpty()
                ? Protocol.SPOKEN.contains(version) && !version.equals(Protocol.STATELESS.version())
                : version.equals(settings.protocol());
        if (!isSpoken) {
            return CompletableFuture.failedFuture(notSpoken(version));
        }
        session.established(
                new Protocol(version),
                result.object("capabilities"),
                info(version, result.object("serverInfo"), result));
        isOlder = true;
        return session.post(Protocol.notification("notifications/initialized", Map.of()))
                .thenApply(sent -> session);
    }

    private static McpServerInfo info(String version, JsonObject server, JsonObject result) {
        return new McpServerInfo(server.text("name"), server.text("version"), version, result.text("instructions"));
    }

    private LlmException notSpoken(String versions) {
        String spoken = settings.protocol().isEmpty() ? String.join(", ", Protocol.SPOKEN) : settings.protocol();
        return LlmException.builder(
                        Kind.UNSUPPORTED,
                        "The MCP server '" + settings.name() + "' speaks "
                                + (versions.isEmpty()
                                        ? "no version of the protocol that it names"
                                        : "version " + settings.shown(versions) + " of the protocol")
                                + ", and this client speaks " + spoken + "; use another version of the server.")
                .backend(settings.name())
                .build();
    }

    private static List<String> texts(@Nullable Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(element -> texts.add(String.valueOf(element)));
        }
        return texts;
    }
}
