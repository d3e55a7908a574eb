package dev.postern.testkit.project;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One type of an API as text: a line for the type, and an indented line for each public or protected member. */
final class ApiText {
    /** Modifiers that concern users of a member. */
    private static final int SHOWN =
            Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT;

    /** Packages of the JDK whose types are shown by their simple names. */
    private static final Pattern KNOWN_PACKAGES =
            Pattern.compile("\\bjava\\.(lang|time|util|util\\.concurrent|util\\.function)\\.(?=[A-Z])");

    private ApiText() {}

    static String of(Class<?> type) {
        List<String> members = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (isShown(field)) {
                members.add(modifiers(field) + name(field.getGenericType()) + " " + field.getName());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isShown(constructor)) {
                members.add(modifiers(constructor) + "new" + signature(constructor));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isShown(method) && !method.isBridge()) {
                members.add(modifiers(method) + (method.isDefault() ? "default " : "") + variables(method)
                        + name(method.getGenericReturnType()) + " " + method.getName() + signature(method));
            }
        }
        return header(type) + "\n"
                + members.stream().sorted().map(it -> "    " + it + "\n").collect(Collectors.joining());
    }

    private static String header(Class<?> type) {
        StringBuilder text = new StringBuilder(type.getName()).append(variables(type.getTypeParameters()));
        text.append(": ").append(Modifier.toString(type.getModifiers() & SHOWN & ~Modifier.STATIC));
        text.append(type.isSealed() ? " sealed " : " ").append(kind(type));
        if (type.getSuperclass() != null && type.getSuperclass() != Object.class) {
            text.append(" extends ").append(name(type.getGenericSuperclass()));
        }
        list(text, " implements ", Arrays.stream(type.getGenericInterfaces()).map(ApiText::name));
        if (type.isSealed()) {
            list(text, " permits ", Arrays.stream(type.getPermittedSubclasses()).map(Class::getName));
        }
        if (type.isRecord()) {
            list(
                    text,
                    " of ",
                    Arrays.stream(type.getRecordComponents())
                            .map(it -> name(it.getGenericType()) + " " + it.getName()));
        }
        return text.toString();
    }

    /** Record components keep their order; everything else is sorted. */
    private static void list(StringBuilder text, String word, Stream<String> names) {
        List<String> all = word.equals(" of ") ? names.toList() : names.sorted().toList();
        if (!all.isEmpty()) {
            text.append(word).append(String.join(", ", all));
        }
    }

    private static String kind(Class<?> type) {
        return type.isAnnotation()
                ? "annotation"
                : type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
    }

    /** Whether users can refer to the member. */
    static boolean isShown(Member member) {
        boolean visible = Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
        return visible && !member.isSynthetic();
    }

    private static String modifiers(Member member) {
        return Modifier.toString(member.getModifiers() & SHOWN) + " ";
    }

    private static String variables(Method method) {
        String variables = variables(method.getTypeParameters());
        return variables.isEmpty() ? "" : variables + " ";
    }

    private static String variables(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Arrays.stream(variables).map(ApiText::bounded).collect(Collectors.joining(", ", "<", ">"));
    }

    private static String bounded(TypeVariable<?> variable) {
        String bounds = Arrays.stream(variable.getBounds())
                .filter(bound -> bound != Object.class)
                .map(ApiText::name)
                .collect(Collectors.joining(" & "));
        return variable.getName() + (bounds.isEmpty() ? "" : " extends " + bounds);
    }

    private static String signature(Executable executable) {
        String parameters = Arrays.stream(executable.getGenericParameterTypes())
                .map(ApiText::name)
                .collect(Collectors.joining(", ", "(", ")"));
        String thrown = Arrays.stream(executable.getGenericExceptionTypes())
                .map(ApiText::name)
                .sorted()
                .collect(Collectors.joining(", "));
        return (executable.isVarArgs() ? parameters.replaceFirst("\\[\\]\\)$", "...)") : parameters)
                + (thrown.isEmpty() ? "" : " throws " + thrown);
    }

    private static String name(Type type) {
        return KNOWN_PACKAGES.matcher(type.getTypeName()).replaceAll("");
    }
}
