package dev.postern.call;

import dev.postern.CompletionRequest;
import dev.postern.StreamEvent;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The interceptors around one call or one attempt, as a publisher around a publisher. The first one is the outermost.
 *
 * @param place the call
 * @param all the interceptors
 * @param request the request before the first one
 * @param streaming whether the caller receives events rather than the whole answer
 * @param target the attempt that is about to be made; null around a call
 * @param abort ends the waits of the interceptors
 */
record Filters(
        Place place,
        List<Interceptor> all,
        CompletionRequest request,
        boolean streaming,
        Interceptor.@Nullable Target target,
        Abort abort) {

    Flow.Publisher<StreamEvent> around(Function<CompletionRequest, Flow.Publisher<StreamEvent>> inside) {
        return from(0, inside).apply(request);
    }

    private Function<CompletionRequest, Flow.Publisher<StreamEvent>> from(
            int index, Function<CompletionRequest, Flow.Publisher<StreamEvent>> inside) {
        if (index == all.size()) {
            return inside;
        }
        Function<CompletionRequest, Flow.Publisher<StreamEvent>> next = from(index + 1, inside);
        return asked -> subscriber -> new FilterStage(
                        place, all.get(index), new Asked(place, asked, streaming, target), next, abort, subscriber)
                .start();
    }
}
