package dev.postern.call;

import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import java.util.concurrent.Flow;
import java.util.function.Function;

/** One call of a provider that does not report its attempts, as an exchange. Calls below it are part of this attempt. */
final class Ask<T> implements CallScope.Exchange<T> {
    private final Place place;
    private final LlmProvider provider;
    private final Function<CompletionRequest, Flow.Publisher<T>> call;
    private CompletionRequest request;

    Ask(
            Place place,
            LlmProvider provider,
            CompletionRequest request,
            Function<CompletionRequest, Flow.Publisher<T>> call) {
        this.place = place;
        this.provider = provider;
        this.request = request;
        this.call = call;
    }

    @Override
    public String backend() {
        return provider.name();
    }

    @Override
    public String model() {
        return request.model();
    }

    @Override
    public String address() {
        return "";
    }

    @Override
    public void use(CompletionRequest changed) {
        request = changed;
    }

    @Override
    public Flow.Publisher<T> send(CallScope.Attempt attempt) {
        return call.apply(place.insideAttempt(request));
    }
}
