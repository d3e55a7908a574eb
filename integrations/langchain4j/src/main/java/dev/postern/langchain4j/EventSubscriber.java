package dev.postern.langchain4j;

import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteResponse;
import dev.postern.StreamEvent;
import dev.postern.flow.Demand;
import dev.postern.flow.SerialLoop;
import dev.postern.flow.Signals;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Passes demand up and events down. An event that LangChain4j has no word for is replaced by a request for one more, so the
 * provider's demand is never larger than the subscriber's. The whole answer is one more event after the provider's last one: it
 * waits for demand here.
 */
final class EventSubscriber implements Flow.Subscriber<StreamEvent>, Flow.Subscription {
    private final Flow.Subscriber<? super ChatModelStreamingEvent> downstream;
    private final StreamedAnswer answer = new StreamedAnswer();
    private final SerialLoop end = new SerialLoop(this::end);
    private final Demand demand = new Demand();
    private volatile Flow.@Nullable Subscription upstream;
    private volatile @Nullable ChatResponse whole; // there is one when the provider's stream is complete
    private volatile boolean over;
    private volatile long badRequest = 1;
    private long sent; // written by the provider's signals, which are serial, and then read by the end

    EventSubscriber(Flow.Subscriber<? super ChatModelStreamingEvent> downstream) {
        this.downstream = downstream;
    }

    // ---- the subscription that the application has
    // ----------------------------------------------------------------------

    @Override
    public void request(long n) {
        Flow.Subscription subscription = upstream;
        if (over || subscription == null) {
            return;
        }
        if (n < 1) {
            badRequest = n;
        } else {
            demand.add(n);
        }
        subscription.request(
                n); // one below 1 fails in order with the other signals; after the last of them, end() sees it
        end.signal();
    }

    @Override
    public void cancel() {
        over = true;
        cancelUpstream();
    }

    private void cancelUpstream() {
        Flow.Subscription subscription = upstream;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    // ---- the subscriber that the provider has
    // ---------------------------------------------------------------------------

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (upstream != null) {
            subscription.cancel();
            return;
        }
        upstream = subscription;
        Throwable thrown = Signals.subscribe(downstream, this);
        if (thrown != null) {
            broken("onSubscribe", thrown);
        }
        end.open();
    }

    @Override
    public void onNext(StreamEvent event) {
        if (over) {
            return;
        }
        Object item;
        try {
            item = answer.next(event);
        } catch (RuntimeException | Error e) { // it is too large, for example
            cancelUpstream();
            fail(Failures.carried(e));
            return;
        }
        if (item instanceof ChatModelStreamingEvent known) {
            sent++;
            send(known);
        } else {
            Flow.Subscription subscription = upstream;
            if (subscription != null) {
                subscription.request(1);
            }
        }
    }

    @Override
    public void onComplete() {
        if (over) {
            return;
        }
        try {
            whole = answer.whole();
        } catch (RuntimeException | Error e) {
            fail(Failures.carried(e));
            return;
        }
        end.signal();
    }

    @Override
    public void onError(Throwable failure) {
        boolean asked = badRequest < 1 && failure instanceof IllegalArgumentException;
        fail(asked ? failure : Failures.carried(failure));
    }

    // ---- signals to the application's subscriber
    // ------------------------------------------------------------------------

    /** When the provider's stream is complete: sends the whole answer and the end if it is wanted. A pass of the loop. */
    private void end() {
        ChatResponse response = whole;
        if (response == null || over) {
            return;
        }
        if (badRequest < 1) {
            fail(new IllegalArgumentException("§3.9: the demand must be at least 1, but is " + badRequest));
        } else if (sent < demand.total()) {
            send(new CompleteResponse(response));
            if (!over) {
                over = true;
                Signals.complete(downstream);
            }
        }
    }

    private void send(ChatModelStreamingEvent event) {
        Throwable thrown = Signals.next(downstream, event);
        if (thrown != null) {
            broken("onNext", thrown);
        }
    }

    private void fail(Throwable failure) {
        if (!over) {
            over = true;
            Signals.error(downstream, failure);
        }
    }

    /** The subscriber broke the rules, so it gets no further signal. */
    private void broken(String where, Throwable thrown) {
        over = true;
        cancelUpstream();
        Callbacks.log("The subscriber threw in " + where + "; its stream is cancelled", thrown);
    }
}
