package dev.postern.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of all schemas that apply to one object or list, including referenced and combined schemas. */
final class PruningView {
    /** The rules of schemas that apply to every valid value. */
    private final List<ObjectRule> sure = new ArrayList<>();
    /** The rules of alternatives and conditions. */
    private final List<ObjectRule> maybe = new ArrayList<>();

    private final List<ListRule> sureLists = new ArrayList<>();
    private final List<ListRule> maybeLists = new ArrayList<>();
    /** Named properties without a schema: required and dependent ones. */
    private final Set<String> names = new HashSet<>();

    private final Set<SchemaNode> seen = new HashSet<>();
    private final boolean closed;
    private final CheckContext check;
    /** Whether an unknown schema may name any property. */
    private boolean unknown;

    PruningView(Pruning.Scope scope, CheckContext check) {
        this.check = check;
        List<SchemaNode> alternatives = new ArrayList<>(scope.maybe());
        collect(scope.sure(), alternatives, sure, sureLists);
        while (!alternatives.isEmpty()) {
            List<SchemaNode> inner = new ArrayList<>();
            collect(alternatives, inner, maybe, maybeLists);
            alternatives = inner;
        }
        ClosedObjects closedObjects = new ClosedObjects();
        closed = !unknown && check.spend(seen.size()) && scope.sure().stream().anyMatch(closedObjects::isClosed);
    }

    private void collect(
            List<SchemaNode> schemas, List<SchemaNode> alternatives, List<ObjectRule> objects, List<ListRule> lists) {
        List<SchemaNode> open = new ArrayList<>(schemas);
        for (int i = 0; i < open.size(); i++) {
            if (!seen.add(open.get(i))) {
                continue;
            }
            for (Rule rule : open.get(i).rules()) {
                if (rule instanceof ObjectRule object) {
                    objects.add(object);
                    names.addAll(object.required());
                } else if (rule instanceof ListRule list) {
                    lists.add(list);
                } else if (rule instanceof CombiningRule parts && parts.keyword() != CombiningRule.Keyword.NOT) {
                    (parts.keyword().isSure() ? open : alternatives).addAll(parts.schemas());
                } else {
                    names.addAll(rule.names());
                    alternatives.addAll(rule.parts());
                    unknown |= rule instanceof UncheckedRule unchecked && unchecked.anything();
                }
            }
        }
    }

    /** The cost of one lookup, in steps. */
    int size() {
        return seen.size();
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether a keyword names the property, or may name it. */
    boolean names(String name) {
        return names.contains(name) || names(sure, name) || names(maybe, name);
    }

    private boolean names(List<ObjectRule> rules, String name) {
        for (ObjectRule rule : rules) {
            if (rule.properties().containsKey(name)) {
                return true;
            }
            for (ObjectRule.Named pattern : rule.patterns()) {
                if (pattern.matches(name, check) != Validity.INVALID) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The schemas of a property. */
    Pruning.Scope property(String name) {
        List<SchemaNode> certain = new ArrayList<>();
        List<SchemaNode> possible = new ArrayList<>();
        sure.forEach(rule -> property(rule, name, certain, possible));
        if (!certain.isEmpty()) {
            maybe.forEach(rule -> property(rule, name, possible, possible));
        }
        return new Pruning.Scope(certain, possible);
    }

    private void property(ObjectRule rule, String name, List<SchemaNode> certain, List<SchemaNode> possible) {
        SchemaNode named = rule.properties().get(name);
        boolean known = named != null;
        if (named != null) {
            certain.add(named);
        }
        for (ObjectRule.Named pattern : rule.patterns()) {
            Validity matches = pattern.matches(name, check);
            if (matches != Validity.INVALID) {
                known = true;
                (matches == Validity.VALID ? certain : possible).add(pattern.schema());
            }
        }
        SchemaNode others = rule.others().schema();
        if (!known && others != null) {
            certain.add(others);
        }
    }

    /** The schemas of an element. */
    Pruning.Scope element(int index) {
        List<SchemaNode> certain = new ArrayList<>();
        List<SchemaNode> possible = new ArrayList<>();
        sureLists.forEach(rule -> element(rule, index, certain));
        if (!certain.isEmpty()) {
            maybeLists.forEach(rule -> element(rule, index, possible));
        }
        return new Pruning.Scope(certain, possible);
    }

    private static void element(ListRule rule, int index, List<SchemaNode> schemas) {
        SchemaNode schema = index < rule.first().size() ? rule.first().get(index) : rule.rest();
        if (schema != null) {
            schemas.add(schema);
        }
    }
}
