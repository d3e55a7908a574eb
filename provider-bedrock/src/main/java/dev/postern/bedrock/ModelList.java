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
 * What can be asked: the foundation models and all pages of inference profiles, in one list. A caller who may answer but
 * not list, which is a usual policy, is told the default model.
 */
final class ModelList {
    private static final List<String> CAPABILITIES = List.of("chat", "tool_use");
    private static final int MOST_PAGES = 50;

    private final Backend backend;
    private final HttpTransport transport;
    private final Timeouts timeouts;

    /** The page that is being read; closed if nobody waits for the list any more. */
    private volatile CompletableFuture<?> page = CompletableFuture.completedFuture(null);

    private volatile boolean closed;

    ModelList(Backend backend, HttpTransport transport, Timeouts timeouts) {
        this.backend = backend;
        this.transport = transport;
        this.timeouts = timeouts;
    }

    /** All of them, or the default model if we may not list. */
    CompletableFuture<List<ModelInfo>> read() {
        return closing(listed().exceptionallyCompose(this::orDefault));
    }

    /** All of them. */
    CompletableFuture<List<ModelInfo>> listed() {
        Set<String> ids = new LinkedHashSet<>();
        return closing(send(false, "")
                .thenCompose(models -> {
                    ids.addAll(models.ids());
                    return profiles(ids, "", 1);
                })
                .thenApply(this::infos));
    }

    private CompletableFuture<ModelsCall.Page> send(boolean profiles, String token) {
        CompletableFuture<ModelsCall.Page> sent = transport.send(new ModelsCall(backend, timeouts, profiles, token));
        page = sent;
        if (closed) {
            sent.cancel(true);
        }
        return sent;
    }

    private <T> CompletableFuture<T> closing(CompletableFuture<T> list) {
        var unused = list.whenComplete((done, thrown) -> {
            closed = true; // before the look at the page: either it is closed here, or where it is asked for
            page.cancel(true); // no harm to one that is over
        });
        return list;
    }

    private CompletableFuture<Set<String>> profiles(Set<String> ids, String token, int page) {
        return send(true, token).thenCompose(profiles -> {
            ids.addAll(profiles.ids());
            boolean more = !profiles.next().isEmpty() && !profiles.next().equals(token) && page < MOST_PAGES;
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
