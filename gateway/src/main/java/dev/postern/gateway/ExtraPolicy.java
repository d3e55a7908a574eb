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
 * The operator's rules for the extra fields of a backend: fields that are added to every request, and fields that a request
 * may have in its {@link CompletionRequest#extra() extra}. A request cannot change a field that the operator has set. The
 * rules apply to the top level of {@code extra}. Some fields also have a property in the request, such as {@link
 * CompletionRequest#temperature() temperature}: a set field replaces this property, and a locked field is refused there as
 * well. Immutable.
 *
 * <pre>{@code
 * ExtraPolicy extra = ExtraPolicy.open()
 *         .withSet(Map.of("safe_prompt", true))   // sent with every request, and locked
 *         .withLocked(List.of("service_tier"));   // refused in requests
 * }</pre>
 */
public final class ExtraPolicy {
    private static final ExtraPolicy OPEN = new ExtraPolicy(Map.of(), Set.of(), null);
    /** Fields that each request has itself, so that they cannot be set for all requests. */
    private static final List<String> REQUEST_FIELDS = List.of("messages", "model", "system", "stream", "n");

    private static final String RESERVED =
            "only the operator of the gateway may set this field; remove it from the request.";

    private final Map<String, @Nullable Object> set;
    private final Set<String> locked;
    private final @Nullable Set<String> allowed;
    /** The properties of a request that are set or locked under a name of {@code extra}. */
    private final Set<TypedField> setTyped;

    private final Set<TypedField> lockedTyped;

    private ExtraPolicy(
            Map<String, @Nullable Object> set, Collection<String> locked, @Nullable Collection<String> allowed) {
        this.set = set;
        this.locked = ignoringCase(locked);
        this.allowed = allowed == null ? null : new TreeSet<>(allowed);
        this.setTyped = TypedField.in(set);
        this.lockedTyped = TypedField.named(locked);
    }

    /** Some servers ignore the case of field names. */
    private static Set<String> ignoringCase(Collection<String> names) {
        Set<String> found = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        found.addAll(names);
        return found;
    }

    /** A policy that sets no field and allows all fields. */
    public static ExtraPolicy open() {
        return OPEN;
    }

    /**
     * This policy with these fields in every request to the backend. A request cannot change them.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} for a field that each request has itself, such as {@code
     *     model}, or a value that is not JSON
     */
    public ExtraPolicy withSet(Map<String, ?> fields) {
        for (String field : fields.keySet()) {
            if (ignoringCase(REQUEST_FIELDS).contains(field)) {
                throw new LlmException(
                        Kind.CONFIGURATION,
                        "extra: '" + field + "' is a field of each request and cannot be set for all requests.");
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
     * This policy with these locked fields, which replace earlier ones. A request must not have them, neither in {@code extra}
     * nor as a property. Case is ignored.
     */
    public ExtraPolicy withLocked(Collection<String> fields) {
        return new ExtraPolicy(set, fields, allowed);
    }

    /**
     * This policy with these allowed fields: a request may have no others in its {@code extra}. Locked fields remain refused.
     */
    public ExtraPolicy withAllowed(Collection<String> fields) {
        return new ExtraPolicy(set, locked, fields);
    }

    /** The fields that are added to every request. */
    public Map<String, @Nullable Object> set() {
        return set;
    }

    /**
     * Checks the extra fields of a request, and its properties against the locked fields.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} that names a field that is not allowed
     */
    public void check(CompletionRequest request) {
        check(request.extra());
        for (TypedField field : lockedTyped) {
            if (field.isIn(request)) {
                throw refused(field.wireName(), RESERVED);
            }
        }
    }

    /**
     * Checks the extra fields of a request.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} with the path of a field that is not allowed
     */
    public void check(Map<String, ?> extra) {
        for (String field : extra.keySet()) {
            if (locked.contains(field)
                    || ignoringCase(set.keySet()).contains(field)
                    || isRestricted(field, extra.get(field))) {
                throw refused("extra." + field, RESERVED);
            }
            if (allowed != null && !allowed.contains(field)) {
                throw refused(
                        "extra." + field,
                        "the operator of the gateway does not allow this field"
                                + (allowed.isEmpty() ? "." : "; allowed are " + String.join(", ", allowed) + "."));
            }
        }
    }

    /** Whether the field is another name of a set or locked field. */
    private boolean isRestricted(String field, @Nullable Object value) {
        if (!restrictsTypedFields()) {
            return false;
        }
        Set<TypedField> typed = TypedField.in(Collections.singletonMap(field, value));
        return !Collections.disjoint(typed, setTyped) || !Collections.disjoint(typed, lockedTyped);
    }

    /** Whether this policy can remove properties of requests. */
    boolean restrictsTypedFields() {
        return !setTyped.isEmpty() || !lockedTyped.isEmpty();
    }

    /**
     * Removes the properties that are set or locked. A request that falls back from another backend was not checked against
     * this policy, so it may have locked ones.
     */
    void removeTypedFields(CompletionRequest.Builder request) {
        setTyped.forEach(field -> field.removeFrom(request));
        lockedTyped.forEach(field -> field.removeFrom(request));
    }

    /** The checked extra fields of a request, together with the set fields. */
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
