package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.ModelInfo;
import dev.postern.Timeouts;
import dev.postern.http.HttpTransport;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Reads the list of models: the foundation models, then all pages of inference profiles. Credentials that may call
 * models but not list them are common. For these the list is the default model.
 */
final class ModelList {
    private static final List<String> CAPABILITIES = List.of("chat", "tool_use");
    private static final int MAX_PAGES = 50;

    private final BedrockBackend backend;
    private final HttpTransport transport;
    private final Timeouts timeouts;

    /** The current request for a page. It is cancelled when the list is complete, failed or cancelled. */
    private volatile CompletableFuture<?> page = CompletableFuture.completedFuture(null);

    private volatile boolean closed;

    ModelList(BedrockBackend backend, HttpTransport transport, Timeouts timeouts) {
        this.backend = backend;
        this.transport = transport;
        this.timeouts = timeouts;
    }

    /** All models, or only the default model if the credentials may not list models. */
    CompletableFuture<List<ModelInfo>> read() {
        return closing(listed().exceptionallyCompose(this::orDefault));
    }

    /** All models. Fails with {@link LlmException.Kind#PERMISSION} if the credentials may not list models. */
    CompletableFuture<List<ModelInfo>> listed() {
        Set<String> ids = new LinkedHashSet<>();
        return closing(send(false, "")
                .thenCompose(models -> {
                    ids.addAll(models.ids());
                    return profiles(ids, "", 1);
                })
                .thenApply(this::infos));
    }

    private CompletableFuture<ModelPageCall.Page> send(boolean profiles, String token) {
        CompletableFuture<ModelPageCall.Page> sent =
                transport.send(new ModelPageCall(backend, timeouts, profiles, token));
        page = sent;
        if (closed) {
            sent.cancel(true);
        }
        return sent;
    }

    private <T> CompletableFuture<T> closing(CompletableFuture<T> list) {
        var unused = list.whenComplete((done, thrown) -> {
            closed = true; // set before page is read, so that either this thread or send() cancels the request
            page.cancel(true); // no effect on a request that is complete
        });
        return list;
    }

    private CompletableFuture<Set<String>> profiles(Set<String> ids, String token, int page) {
        return send(true, token).thenCompose(profiles -> {
            ids.addAll(profiles.ids());
            boolean more = !profiles.next().isEmpty() && !profiles.next().equals(token) && page < MAX_PAGES;
            return more ? profiles(ids, profiles.next(), page + 1) : CompletableFuture.completedFuture(ids);
        });
    }

    private CompletableFuture<List<ModelInfo>> orDefault(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        boolean mayNot = cause instanceof LlmException failure && failure.kind() == LlmException.Kind.PERMISSION;
        return mayNot && !backend.defaultModel().isEmpty()
                ? CompletableFuture.completedFuture(infos(Set.of(backend.defaultModel())))
                : CompletableFuture.failedFuture(cause);
    }

    private List<ModelInfo> infos(Set<String> ids) {
        return ids.stream()
                .map(id -> new ModelInfo(id, backend.name(), CAPABILITIES))
                .toList();
    }
}
