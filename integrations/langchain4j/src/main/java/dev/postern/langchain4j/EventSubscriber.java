package dev.postern.langchain4j;

import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteResponse;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Passes demand up and events down. An event that LangChain4j has no word for is replaced by a request for one more, so the
 * provider's demand is never larger than the subscriber's. The whole answer is one more event after the provider's last one: it
 * waits for demand here.
 */
final class EventSubscriber implements Flow.Subscriber<StreamEvent>, Flow.Subscription {
    private final Flow.Subscriber<? super ChatModelStreamingEvent> downstream;
    private final StreamedAnswer answer = new StreamedAnswer();
    private final AtomicLong wanted = new AtomicLong();
    private final AtomicBoolean wholeSent = new AtomicBoolean();
    private volatile Flow.@Nullable Subscription upstream;
    private volatile @Nullable ChatResponse whole; // written after wanted was read, and read after wanted was written
    private volatile boolean over;
    private volatile boolean invalidDemand;

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
            invalidDemand = true;
            if (whole != null && wholeSent.compareAndSet(false, true)) {
                fail(new IllegalArgumentException("§3.9: the demand must be at least 1, but is " + n));
            } else {
                subscription.request(n); // fails in order with the other signals
            }
            return;
        }
        wanted.accumulateAndGet(n, (before, more) -> before + more < 0 ? Long.MAX_VALUE : before + more);
        if (whole == null) {
            subscription.request(n);
        }
        sendWhole();
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
        try {
            downstream.onSubscribe(this);
        } catch (RuntimeException | Error e) {
            broken("onSubscribe", e);
        }
    }

    @Override
    public void onNext(StreamEvent event) {
        if (over) {
            return;
        }
        Object item;
        try {
            item = answer.next(event);
        } catch (LlmException e) { // it is too large
            cancelUpstream();
            fail(Failures.carried(e));
            return;
        }
        if (item instanceof ChatModelStreamingEvent known) {
            wanted.decrementAndGet();
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
        } catch (RuntimeException e) {
            fail(Failures.carried(e));
            return;
        }
        sendWhole();
    }

    @Override
    public void onError(Throwable failure) {
        boolean asked = invalidDemand && failure instanceof IllegalArgumentException;
        fail(asked ? failure : Failures.carried(failure));
    }

    // ---- signals to the application's subscriber
    // ------------------------------------------------------------------------

    /** Sends the whole answer and the end, once, if the answer is there and wanted. */
    private void sendWhole() {
        ChatResponse response = whole;
        if (response == null || wanted.get() < 1 || !wholeSent.compareAndSet(false, true) || over) {
            return;
        }
        send(new CompleteResponse(response));
        if (!over) {
            over = true;
            try {
                downstream.onComplete();
            } catch (RuntimeException | Error e) {
                Callbacks.log("The subscriber threw in onComplete", e);
            }
        }
    }

    private void send(ChatModelStreamingEvent event) {
        try {
            downstream.onNext(event);
        } catch (RuntimeException | Error e) {
            broken("onNext", e);
        }
    }

    private void fail(Throwable failure) {
        if (!over) {
            over = true;
            try {
                downstream.onError(failure);
            } catch (RuntimeException | Error e) {
                Callbacks.log("The subscriber threw in onError", e);
            }
        }
    }

    /** The subscriber broke the rules, so it gets no further signal. */
    private void broken(String where, Throwable thrown) {
        over = true;
        cancelUpstream();
        Callbacks.log("The subscriber threw in " + where + "; its stream is cancelled", thrown);
    }
}
