package dev.postern.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All that some schemas say of one object or list, with the schemas that they are made of. */
final class PruningView {
    /** The rules of schemas that a valid value fits. */
    private final List<ObjectRule> sure = new ArrayList<>();
    /** The rules of alternatives and conditions. */
    private final List<ObjectRule> maybe = new ArrayList<>();

    private final List<ListRule> sureLists = new ArrayList<>();
    private final List<ListRule> maybeLists = new ArrayList<>();
    /** Properties that have no schema of their own: required ones, dependent ones. */
    private final Set<String> names = new HashSet<>();

    private final Set<SchemaNode> seen = new HashSet<>();
    private final boolean closed;
    private final Check check;
    /** Whether a schema that cannot be looked at may name any property. */
    private boolean unknown;

    PruningView(Pruning.Scope scope, Check check) {
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

    /** How much work a look at it is. */
    int size() {
        return seen.size();
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether any keyword names the property, or may do so. */
    boolean names(String name) {
        return names.contains(name) || names(sure, name) || names(maybe, name);
    }

    private boolean names(List<ObjectRule> rules, String name) {
        for (ObjectRule rule : rules) {
            if (rule.properties().containsKey(name)) {
                return true;
            }
            for (ObjectRule.Named pattern : rule.patterns()) {
                if (pattern.means(name, check) != Fit.NO) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The schemas of a property. */
    Pruning.Scope property(String name) {
        List<SchemaNode> surely = new ArrayList<>();
        List<SchemaNode> perhaps = new ArrayList<>();
        sure.forEach(rule -> property(rule, name, surely, perhaps));
        if (!surely.isEmpty()) {
            maybe.forEach(rule -> property(rule, name, perhaps, perhaps));
        }
        return new Pruning.Scope(surely, perhaps);
    }

    private void property(ObjectRule rule, String name, List<SchemaNode> surely, List<SchemaNode> perhaps) {
        SchemaNode named = rule.properties().get(name);
        boolean known = named != null;
        if (named != null) {
            surely.add(named);
        }
        for (ObjectRule.Named pattern : rule.patterns()) {
            Fit means = pattern.means(name, check);
            if (means != Fit.NO) {
                known = true;
                (means == Fit.YES ? surely : perhaps).add(pattern.schema());
            }
        }
        SchemaNode others = rule.others().schema();
        if (!known && others != null) {
            surely.add(others);
        }
    }

    /** The schemas of an element. */
    Pruning.Scope element(int index) {
        List<SchemaNode> surely = new ArrayList<>();
        List<SchemaNode> perhaps = new ArrayList<>();
        sureLists.forEach(rule -> element(rule, index, surely));
        if (!surely.isEmpty()) {
            maybeLists.forEach(rule -> element(rule, index, perhaps));
        }
        return new Pruning.Scope(surely, perhaps);
    }

    private static void element(ListRule rule, int index, List<SchemaNode> schemas) {
        SchemaNode schema = index < rule.first().size() ? rule.first().get(index) : rule.rest();
        if (schema != null) {
            schemas.add(schema);
        }
    }
}
