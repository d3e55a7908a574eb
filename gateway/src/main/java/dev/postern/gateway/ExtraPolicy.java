package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which fields of a backend's own API the operator sends with every request, and which ones a request may send in its {@link
 * CompletionRequest#extra() extra}. A request can never change what the operator has set. Fields are those at the top of
 * {@code extra}. Some fields have a place in the request itself too, such as {@link CompletionRequest#temperature()
 * temperature}: one that is set is sent in place of the request's own value, and one that is locked may stand in neither
 * place. Immutable.
 *
 * <pre>{@code
 * ExtraPolicy extra = ExtraPolicy.open()
 *         .withSet(Map.of("safe_prompt", true))   // sent with every request, and locked
 *         .withLocked(List.of("service_tier"));   // no request may send it
 * }</pre>
 */
public final class ExtraPolicy {
    private static final ExtraPolicy OPEN = new ExtraPolicy(Map.of(), Set.of(), null);
    /** Fields that a request has by itself, so that nobody can set them for all requests. */
    private static final List<String> OF_REQUESTS = List.of("messages", "model", "system", "stream", "n");

    private static final String FOR_THE_OPERATOR = "is for the operator of the gateway to set; leave it out.";

    private final Map<String, @Nullable Object> set;
    private final Set<String> locked;
    private final @Nullable Set<String> allowed;
    /** What of the request itself is set, or locked, under a name of {@code extra}. */
    private final Set<TypedField> setTwins;

    private final Set<TypedField> lockedTwins;

    private ExtraPolicy(
            Map<String, @Nullable Object> set, Collection<String> locked, @Nullable Collection<String> allowed) {
        this.set = set;
        this.locked = anyCase(locked);
        this.allowed = allowed == null ? null : new TreeSet<>(allowed);
        this.setTwins = TypedField.in(set);
        this.lockedTwins = TypedField.named(locked);
    }

    /** Some servers read the names of fields in any case. */
    private static Set<String> anyCase(Collection<String> names) {
        Set<String> found = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        found.addAll(names);
        return found;
    }

    /** Nothing is set, and every field passes. */
    public static ExtraPolicy open() {
        return OPEN;
    }

    /**
     * The same with these fields in every request to the backend, which no request can change.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} for a field that each request has by itself, such as {@code
     *     model}, or a value that is not JSON
     */
    public ExtraPolicy withSet(Map<String, ?> fields) {
        for (String field : fields.keySet()) {
            if (anyCase(OF_REQUESTS).contains(field)) {
                throw new LlmException(
                        Kind.CONFIGURATION,
                        "extra: '" + field + "' is a field of the request and cannot be set for all.");
            }
        }
        try {
            CompletionRequest checked =
                    CompletionRequest.builder().user("x").extra(fields).build();
            return new ExtraPolicy(checked.extra(), locked, allowed);
        } catch (LlmException e) {
            throw new LlmException(Kind.CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The same with these fields, and no others, that no request may send, in its {@code extra} or in a place of their own;
     * in any case of their letters.
     */
    public ExtraPolicy withLocked(Collection<String> fields) {
        return new ExtraPolicy(set, fields, allowed);
    }

    /**
     * The same with these fields as the only ones that a request may send in its {@code extra}, of which the locked ones
     * still may not.
     */
    public ExtraPolicy withAllowed(Collection<String> fields) {
        return new ExtraPolicy(set, locked, fields);
    }

    /** The fields of every request. */
    public Map<String, @Nullable Object> set() {
        return set;
    }

    /**
     * Checks a request: its extra fields, and whether it has a locked field in a place of its own.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} that names a field that may not pass
     */
    public void check(CompletionRequest request) {
        check(request.extra());
        for (TypedField field : lockedTwins) {
            if (field.isIn(request)) {
                throw refused(field.wireName(), FOR_THE_OPERATOR);
            }
        }
    }

    /**
     * Checks the extra fields of a request.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} with the path of a field that may not pass
     */
    public void check(Map<String, ?> extra) {
        for (String field : extra.keySet()) {
            if (locked.contains(field) || anyCase(set.keySet()).contains(field) || isTwin(field, extra.get(field))) {
                throw refused("extra." + field, FOR_THE_OPERATOR);
            }
            if (allowed != null && !allowed.contains(field)) {
                throw refused(
                        "extra." + field,
                        "is a field that the operator of the gateway does not let through"
                                + (allowed.isEmpty() ? "." : "; allowed are " + String.join(", ", allowed) + "."));
            }
        }
    }

    /** Whether the field is another name of one that is set or locked. */
    private boolean isTwin(String field, @Nullable Object value) {
        if (!touchesTypedFields()) {
            return false;
        }
        Set<TypedField> twins = TypedField.in(Collections.singletonMap(field, value));
        return !Collections.disjoint(twins, setTwins) || !Collections.disjoint(twins, lockedTwins);
    }

    /** Whether requests may have to lose something of their own. */
    boolean touchesTypedFields() {
        return !setTwins.isEmpty() || !lockedTwins.isEmpty();
    }

    /**
     * Takes out what is set in place of the request's own values, and what is locked: a request that was meant for another
     * backend is not checked, and may have it.
     */
    void dropTwins(CompletionRequest.Builder request) {
        setTwins.forEach(field -> field.dropFrom(request));
        lockedTwins.forEach(field -> field.dropFrom(request));
    }

    /** The fields of a request that were checked, with those of every request. */
    Map<String, @Nullable Object> merged(Map<String, @Nullable Object> extra) {
        if (set.isEmpty()) {
            return extra;
        }
        Map<String, @Nullable Object> all = new LinkedHashMap<>(set);
        all.putAll(extra);
        return all;
    }

    private static LlmException refused(String field, String sentence) {
        String name = field.length() > 70 ? field.substring(0, 70) + "…" : field;
        return LlmException.builder(
                        Kind.INVALID_REQUEST, name.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?") + ": " + sentence)
                .refusedBeforeSending(true)
                .build();
    }

    /** The names of the fields; no values. */
    @Override
    public String toString() {
        return "ExtraPolicy[set=" + set.keySet() + ", locked=" + locked + ", allowed="
                + (allowed == null ? "all" : allowed.toString()) + "]";
    }
}
