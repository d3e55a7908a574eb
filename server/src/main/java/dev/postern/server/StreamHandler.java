package dev.postern.server;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.gateway.Gateway;
import dev.postern.wire.EventWriter;
import dev.postern.wire.GatewayHeaders;
import dev.postern.wire.ToolEvents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /api/v1/llm/completions/stream}: the answer as it is made.
 *
 * <p>As long as the backend has said nothing, nothing goes out, so a failure still has a status. But nobody waits long for
 * a sign of life: after a while the 200 goes out all the same, and then comments. A failure is from then on an event, after
 * which the connection breaks off. A client that hangs up is noticed by the next thing that is written to it, and leaving
 * here cancels the exchange with the backend.
 */
final class StreamHandler implements Handler {
    private final Gateway gateway;
    private final Intake intake;
    private final Limits limits;

    StreamHandler(Gateway gateway, Intake intake, Limits limits) {
        this.gateway = gateway;
        this.intake = intake;
        this.limits = limits;
    }

    @Override
    public void handle(Exchange exchange) throws IOException, InterruptedException {
        CompletionRequest request = intake.request(exchange);
        boolean deltas = exchange.header(GatewayHeaders.TOOL_DELTAS).equalsIgnoreCase("true");
        try (EventInbox<StreamEvent> inbox = new EventInbox<>()) {
            exchange.onCut(inbox::stop);
            gateway.stream(request).subscribe(inbox);
            new Answer(exchange, inbox, deltas, limits).run();
        }
    }

    /** One stream on its way to its client. */
    private static final class Answer {
        private final Exchange exchange;
        private final EventInbox<StreamEvent> inbox;
        private final boolean deltas;
        private final Limits limits;
        private final ToolEvents tools = new ToolEvents();
        private boolean begun;
        /** Whether the head of the answer names the backend. */
        private boolean answered;

        Answer(Exchange exchange, EventInbox<StreamEvent> inbox, boolean deltas, Limits limits) {
            this.exchange = exchange;
            this.inbox = inbox;
            this.deltas = deltas;
            this.limits = limits;
        }

        void run() throws IOException, InterruptedException {
            Silence silence = new Silence(limits.firstSilence());
            List<StreamEvent> first = new ArrayList<>();
            boolean ended = false;
            while (first.isEmpty() && !ended) {
                Optional<EventInbox.Signal<StreamEvent>> signal = inbox.next(silence.left());
                if (signal.isEmpty()) {
                    break; // of patience
                }
                if (signal.get() instanceof EventInbox.Failed<StreamEvent> failed) {
                    throw failed.failure(); // becomes a status
                }
                if (signal.get() instanceof EventInbox.Stopped<StreamEvent>) {
                    exchange.failed(RequestLog.STOPPED);
                    throw Refusal.stopping();
                }
                ended = take(signal.get(), first);
            }
            begun(first, ended);
        }

        private void begun(List<StreamEvent> first, boolean endedAlready) throws IOException, InterruptedException {
            begun = true;
            SseResponse out = exchange.stream(answered);
            if (first.isEmpty() && !endedAlready) {
                out.keepAlive();
            }
            send(out, first);
            Silence silence = new Silence(limits.keepAlive());
            for (boolean ended = endedAlready; !ended; ) {
                Optional<EventInbox.Signal<StreamEvent>> signal = inbox.next(silence.left());
                if (signal.isEmpty()) {
                    out.keepAlive();
                    silence = new Silence(limits.keepAlive());
                } else if (signal.get() instanceof EventInbox.Failed<StreamEvent> failed) {
                    throw failed(out, failed.failure(), RequestLog.reason(failed.failure()));
                } else if (signal.get() instanceof EventInbox.Stopped<StreamEvent>) {
                    throw failed(out, Refusal.cutOff(), RequestLog.STOPPED);
                } else {
                    List<StreamEvent> events = new ArrayList<>(2);
                    ended = take(signal.get(), events);
                    send(out, events);
                    silence = events.isEmpty() ? silence : new Silence(limits.keepAlive());
                }
            }
            out.end();
        }

        private IOException failed(SseResponse out, LlmException failure, String reason) throws IOException {
            exchange.failed(reason);
            out.event(EventWriter.error(failure, exchange.ids().request()));
            return SseResponse.cut();
        }

        /** Adds what the client is to see of this signal; true if it is the end. */
        private boolean take(EventInbox.Signal<StreamEvent> signal, List<StreamEvent> events) {
            if (signal instanceof EventInbox.Event<StreamEvent> next) {
                answered |= !begun;
                if (deltas) {
                    events.add(next.event());
                } else {
                    tools.accept(next.event(), events::add);
                }
            }
            return signal instanceof EventInbox.Ended;
        }

        private void send(SseResponse out, List<StreamEvent> events) throws IOException {
            for (StreamEvent event : events) {
                out.event(EventWriter.write(event, answered ? "" : exchange.answeredBy()));
            }
        }
    }
}
