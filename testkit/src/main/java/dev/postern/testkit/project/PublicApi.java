package dev.postern.testkit.project;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The public API of the Maven module under test: the types and members that its module exports to everyone. {@link #check}
 * compares it with the file {@code api/MODULE.api}. With {@code -Dpostern.api.update=true} it writes the file instead; look at
 * the difference before you commit it. It also checks that the API names only types that users can use.
 */
public final class PublicApi {
    private static final Path CLASSES = Path.of("target", "classes");
    private static final String DESCRIPTOR = "module-info.class";
    private static final String SUFFIX = ".class";

    private final String module;
    private final List<Class<?>> types;
    /** The packages that modules of Postern export to everyone, and those of another library that the API may name. */
    private final Set<String> exported;

    private PublicApi(String module, List<Class<?>> types, Set<String> exported) {
        this.module = module;
        this.types = types;
        this.exported = exported;
    }

    /** The API of the module in {@code target/classes}; the class loader is that of one of its classes. */
    public static PublicApi of(ClassLoader loader) {
        return of(CLASSES, loader);
    }

    /** The same API, which may name types of these packages too: those of the library that the module exists for. */
    public PublicApi with(String... packages) {
        Set<String> more = new HashSet<>(exported);
        more.addAll(List.of(packages));
        return new PublicApi(module, types, more);
    }

    static PublicApi of(Path classes, ClassLoader loader) {
        try (InputStream in = Files.newInputStream(classes.resolve(DESCRIPTOR))) {
            ModuleDescriptor descriptor = ModuleDescriptor.read(in);
            List<Class<?>> types = new ArrayList<>();
            for (ModuleDescriptor.Exports export : descriptor.exports()) {
                if (!export.isQualified()) {
                    addTypes(types, classes, export.source(), loader);
                }
            }
            return new PublicApi(descriptor.name(), types, exported(classes, loader));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> exported(Path classes, ClassLoader loader) throws IOException {
        Set<String> packages = new HashSet<>();
        List<URL> descriptors = Collections.list(loader.getResources(DESCRIPTOR));
        descriptors.add(classes.resolve(DESCRIPTOR).toUri().toURL());
        for (URL url : descriptors) {
            try (InputStream in = url.openStream()) {
                ModuleDescriptor descriptor = ModuleDescriptor.read(in);
                for (ModuleDescriptor.Exports export : descriptor.exports()) {
                    if (descriptor.name().startsWith("dev.postern.") && !export.isQualified()) {
                        packages.add(export.source());
                    }
                }
            }
        }
        return packages;
    }

    private static void addTypes(List<Class<?>> types, Path classes, String exported, ClassLoader loader)
            throws IOException {
        try (Stream<Path> files = Files.list(classes.resolve(exported.replace('.', '/')))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(SUFFIX) && !name.startsWith("package-info")) {
                    Class<?> type = load(exported + "." + name.substring(0, name.length() - SUFFIX.length()), loader);
                    if (isAccessible(type)) {
                        types.add(type);
                    }
                }
            }
        }
    }

    private static Class<?> load(String name, ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether users can name the type: it and all types around it are public or protected. */
    private static boolean isAccessible(Class<?> type) {
        if (type.isAnonymousClass() || type.isLocalClass() || type.isSynthetic()) {
            return false;
        }
        boolean visible = Modifier.isPublic(type.getModifiers()) || Modifier.isProtected(type.getModifiers());
        Class<?> outer = type.getDeclaringClass();
        return visible && (outer == null || isAccessible(outer));
    }

    /** Each public type with each type in its signatures that is neither of the JDK nor an exported type of Postern. */
    private List<String> foreignTypes() {
        return types.stream()
                .flatMap(type -> ApiReferences.of(type).stream()
                        .filter(used -> !isUsable(used))
                        .map(used -> type.getName() + ": " + used.getName()))
                .sorted()
                .toList();
    }

    private boolean isUsable(Class<?> used) {
        ClassLoader loader = used.getClassLoader();
        return loader == null
                || loader == ClassLoader.getPlatformClassLoader()
                || (exported.contains(used.getPackageName()) && isAccessible(used));
    }

    /** The names of the top-level types, sorted. */
    public List<String> topLevelTypes() {
        return types.stream()
                .filter(type -> type.getDeclaringClass() == null)
                .map(Class::getName)
                .sorted()
                .toList();
    }

    /** All types, sorted by name, each followed by its members, sorted. */
    public String text() {
        StringBuilder text = new StringBuilder();
        types.stream()
                .map(ApiText::of)
                .sorted()
                .forEach(type -> text.append(type).append('\n'));
        return text.toString();
    }

    /**
     * Fails if a signature names a type that is neither of the JDK nor of {@link #with} nor an exported type of Postern, or, with the
     * difference, if the file {@code api/MODULE.api} has another API.
     */
    public void check() {
        List<String> foreign = foreignTypes();
        if (!foreign.isEmpty()) {
            throw new AssertionError("The public API of " + module + " names types that it must not name:\n"
                    + String.join("\n", foreign));
        }
        Golden.check(Path.of("api"), module + ".api", text(), "postern.api.update");
    }
}
