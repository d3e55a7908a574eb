package dev.postern.server;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.gateway.Gateway;
import dev.postern.wire.EventWriter;
import dev.postern.wire.GatewayHeaders;
import dev.postern.wire.WholeToolCalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /api/v1/llm/completions/stream}: the answer as a stream of events.
 *
 * <p>Until the first event of the backend nothing is sent, so a failure has its own status. After {@link
 * Limits#firstSilence} without an event, status 200 is sent, and then comments. From then on a failure is an event,
 * after which the connection closes. A closed connection is noticed at the next write. Leaving the method cancels the
 * call to the backend.
 */
final class StreamHandler implements Handler {
    private final Gateway gateway;
    private final RequestFactory requests;
    private final Limits limits;

    StreamHandler(Gateway gateway, RequestFactory requests, Limits limits) {
        this.gateway = gateway;
        this.requests = requests;
        this.limits = limits;
    }

    @Override
    public void handle(ServerExchange exchange) throws IOException, InterruptedException {
        CompletionRequest request = requests.request(exchange);
        boolean deltas = exchange.header(GatewayHeaders.TOOL_DELTAS).equalsIgnoreCase("true");
        try (EventQueue<StreamEvent> queue = new EventQueue<>()) {
            exchange.onCut(queue::stop);
            gateway.stream(request).subscribe(queue);
            new Answer(exchange, queue, deltas, limits).run();
        }
    }

    /** One stream to a client. */
    private static final class Answer {
        private final ServerExchange exchange;
        private final EventQueue<StreamEvent> queue;
        private final boolean deltas;
        private final Limits limits;
        private final WholeToolCalls tools = new WholeToolCalls();
        private boolean begun;
        /** Whether the head of the answer names the backend. */
        private boolean answered;

        Answer(ServerExchange exchange, EventQueue<StreamEvent> queue, boolean deltas, Limits limits) {
            this.exchange = exchange;
            this.queue = queue;
            this.deltas = deltas;
            this.limits = limits;
        }

        void run() throws IOException, InterruptedException {
            Deadline deadline = new Deadline(limits.firstSilence());
            List<StreamEvent> first = new ArrayList<>();
            boolean ended = false;
            while (first.isEmpty() && !ended) {
                Optional<EventQueue.Signal<StreamEvent>> signal = queue.next(deadline.left());
                if (signal.isEmpty()) {
                    break; // the time without an event is over
                }
                if (signal.get() instanceof EventQueue.Failed<StreamEvent> failed) {
                    throw failed.failure(); // becomes a status
                }
                if (signal.get() instanceof EventQueue.Stopped<StreamEvent>) {
                    exchange.failed(RequestLog.STOPPED);
                    throw HttpFailure.stopping();
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
            Deadline deadline = new Deadline(limits.keepAlive());
            for (boolean ended = endedAlready; !ended; ) {
                Optional<EventQueue.Signal<StreamEvent>> signal = queue.next(deadline.left());
                if (signal.isEmpty()) {
                    out.keepAlive();
                    deadline = new Deadline(limits.keepAlive());
                } else if (signal.get() instanceof EventQueue.Failed<StreamEvent> failed) {
                    throw failed(out, failed.failure(), RequestLog.reason(failed.failure()));
                } else if (signal.get() instanceof EventQueue.Stopped<StreamEvent>) {
                    throw failed(out, HttpFailure.cutOff(), RequestLog.STOPPED);
                } else {
                    List<StreamEvent> events = new ArrayList<>(2);
                    ended = take(signal.get(), events);
                    send(out, events);
                    deadline = events.isEmpty() ? deadline : new Deadline(limits.keepAlive());
                }
            }
            out.end();
        }

        private IOException failed(SseResponse out, LlmException failure, String reason) throws IOException {
            exchange.failed(reason);
            out.event(EventWriter.error(failure, exchange.ids().request()));
            return SseResponse.cut();
        }

        /** Adds the events of this signal that the client gets; returns whether the stream has ended. */
        private boolean take(EventQueue.Signal<StreamEvent> signal, List<StreamEvent> events) {
            if (signal instanceof EventQueue.Event<StreamEvent> next) {
                answered |= !begun;
                if (deltas) {
                    events.add(next.event());
                } else {
                    tools.accept(next.event(), events::add);
                }
            }
            return signal instanceof EventQueue.Ended;
        }

        private void send(SseResponse out, List<StreamEvent> events) throws IOException {
            for (StreamEvent event : events) {
                out.event(EventWriter.write(event, answered ? "" : exchange.answeredBy()));
            }
        }
    }
}
