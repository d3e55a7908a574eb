package dev.postern.examples;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.StreamEvent.ReasoningDelta;
import dev.postern.StreamEvent.ToolCallComplete;
import dev.postern.StreamEvent.ToolCallDelta;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.call.EventFilter;
import dev.postern.call.Interceptor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Replaces addresses and telephone numbers in requests by placeholders, and puts them back into the answers. Register it around calls.
 * Put one {@link Vault} into the context of a conversation, so that its turns use the same placeholders. Images, documents and the data
 * that a provider keeps with a message are sent as they are.
 */
final class PersonalData implements Interceptor {
    /** The vault of a conversation. */
    static final CallContext.Key<Vault> VAULT = CallContext.Key.of("vault", Vault.class);

    @Override
    public Decision begin(Invocation call) {
        Vault vault = call.context().get(VAULT).orElseGet(Vault::new);
        return Decision.proceed(hidden(call.request(), vault), new Restore(vault));
    }

    private static CompletionRequest hidden(CompletionRequest request, Vault vault) {
        return request.toBuilder()
                .system(vault.hide(request.system()))
                .messages(request.messages().stream()
                        .map(message ->
                                new Message(message.role(), parts(message.parts(), vault), vault.hide(message.name())))
                        .toList())
                .build();
    }

    private static List<Content> parts(List<Content> parts, Vault vault) {
        return parts.stream().map(part -> part(part, vault)).toList();
    }

    private static Content part(Content part, Vault vault) {
        if (part instanceof Content.Text text) {
            return Content.text(vault.hide(text.text()));
        } else if (part instanceof Content.Reasoning thought) {
            return new Content.Reasoning(
                    vault.hide(thought.text()), thought.signature(), thought.redacted(), thought.providerData());
        } else if (part instanceof ToolCall call) {
            return changed(call, vault::hide);
        } else if (part instanceof ToolResult result) {
            return new ToolResult(result.callId(), parts(result.content(), vault), result.isError());
        }
        return part;
    }

    private static ToolCall changed(ToolCall call, UnaryOperator<String> change) {
        return new ToolCall(
                call.id(), call.name(), object(call.input(), change), call.malformedInput(), call.providerData());
    }

    private static Map<String, Object> object(Map<String, ?> object, UnaryOperator<String> change) {
        Map<String, Object> copy = new LinkedHashMap<>();
        object.forEach((name, value) -> copy.put(name, value(value, change)));
        return copy;
    }

    @SuppressWarnings("unchecked") // the keys of JSON objects are texts
    private static Object value(Object value, UnaryOperator<String> change) {
        if (value instanceof String text) {
            return change.apply(text);
        } else if (value instanceof Map<?, ?> map) {
            return object((Map<String, ?>) map, change);
        } else if (value instanceof List<?> list) {
            List<Object> copy = new java.util.ArrayList<>();
            list.forEach(each -> copy.add(value(each, change)));
            return copy;
        }
        return value;
    }

    /** Puts back what was hidden. A placeholder may come in several pieces, so what may be the beginning of one waits for the rest. */
    private static final class Restore implements EventFilter {
        private static final String TEXT = "text";
        private static final String REASONING = "reasoning";

        private final Vault vault;
        private final Map<String, String> tails = new HashMap<>(); // by text, or by tool call

        Restore(Vault vault) {
            this.vault = vault;
        }

        @Override
        public void onEvent(StreamEvent event, Output out) {
            if (event instanceof ContentDelta text) {
                flush(REASONING, out);
                emitText(shown(TEXT, text.delta()), out);
            } else if (event instanceof ReasoningDelta thought) {
                flush(TEXT, out);
                reasoning(thought, out);
            } else if (event instanceof ToolCallDelta piece) {
                emitPiece(piece.id(), shown("call " + piece.id(), piece.delta()), out);
            } else {
                flush(TEXT, out);
                flush(REASONING, out);
                if (event instanceof ToolCallComplete complete) {
                    ToolCall call = complete.call();
                    emitPiece(call.id(), rest("call " + call.id()), out);
                    out.emit(new ToolCallComplete(changed(call, vault::show)));
                } else {
                    out.emit(event);
                }
            }
        }

        @Override
        public void onEnd(@Nullable LlmException failure, Output out) { // a cut answer keeps its last characters
            flush(TEXT, out);
            flush(REASONING, out);
        }

        private void reasoning(ReasoningDelta thought, Output out) {
            boolean closes = !thought.signature().isEmpty()
                    || !thought.redacted().isEmpty()
                    || !thought.providerData().equals(ProviderData.NONE);
            String text = shown(REASONING, thought.delta()) + (closes ? rest(REASONING) : "");
            if (closes || !text.isEmpty()) {
                out.emit(new ReasoningDelta(text, thought.signature(), thought.redacted(), thought.providerData()));
            }
        }

        private void flush(String channel, Output out) {
            String rest = rest(channel);
            if (channel.equals(TEXT)) {
                emitText(rest, out);
            } else if (!rest.isEmpty()) {
                out.emit(ReasoningDelta.of(rest));
            }
        }

        private static void emitText(String text, Output out) {
            if (!text.isEmpty()) {
                out.emit(new ContentDelta(text));
            }
        }

        private static void emitPiece(String id, String json, Output out) {
            if (!json.isEmpty()) {
                out.emit(new ToolCallDelta(id, json)); // what is hidden has no character that JSON escapes
            }
        }

        private String shown(String channel, String delta) {
            String all = rest(channel) + delta;
            int cut = Vault.placeholderMayBeginAt(all);
            tails.put(channel, all.substring(cut));
            return vault.show(all.substring(0, cut));
        }

        private String rest(String channel) {
            String tail = tails.remove(channel);
            return tail == null ? "" : tail;
        }
    }
}
