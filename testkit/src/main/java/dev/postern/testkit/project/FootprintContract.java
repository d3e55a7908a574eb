package dev.postern.testkit.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What an application gets with a module: which jars, how large they are, and that they work as named modules.
 *
 * <p>A subclass is an integration test, because it needs the jars as they are packaged. The build sets two system properties:
 * {@code postern.jar} is the path of the module's own jar, {@code postern.closure} the path of a file with the class path of
 * its dependencies at run time.
 */
public abstract class FootprintContract {
    private final String module;
    private final long maxJarBytes;
    private final long maxTotalBytes;
    private final List<String> dependencies;

    private final Path own = Path.of(System.getProperty("postern.jar"));
    private final List<Path> others = others();

    /**
     * The expectations of a module.
     *
     * @param module the name in {@code module-info}
     * @param maxJarBytes the most bytes of its own jar
     * @param maxTotalBytes the most bytes of its own jar and its dependencies
     * @param dependencies the names of the other jars, without versions, sorted
     */
    protected FootprintContract(String module, long maxJarBytes, long maxTotalBytes, String... dependencies) {
        this.module = module;
        this.maxJarBytes = maxJarBytes;
        this.maxTotalBytes = maxTotalBytes;
        this.dependencies = List.of(dependencies);
    }

    /**
     * Uses the module by reflection, and asserts the result.
     *
     * @param modules loads the classes of the module and its dependencies, each in its named module
     */
    protected abstract void answers(ClassLoader modules) throws Exception;

    @Test
    void theClosureHasTheseJarsOnly() {
        assertThat(others)
                .extracting(jar -> jar.getFileName().toString().replaceFirst("-\\d.*", ""))
                .containsExactlyInAnyOrderElementsOf(dependencies);
    }

    @Test
    void theJarsAreUnderTheirLimits() throws IOException {
        long total = Files.size(own);
        for (Path jar : others) {
            total += Files.size(jar);
        }
        System.out.printf(
                "footprint of %s: %,d bytes, %,d in %d jars%n", module, Files.size(own), total, others.size() + 1);
        assertThat(Files.size(own)).isLessThanOrEqualTo(maxJarBytes);
        assertThat(total).isLessThanOrEqualTo(maxTotalBytes);
    }

    /** The modules of other libraries whose jars have only a name in their manifest. */
    protected Set<String> modulesWithoutDescriptor() {
        return Set.of();
    }

    @Test
    void everyJarIsANamedModule() {
        Set<ModuleReference> modules =
                ModuleFinder.of(jars().toArray(Path[]::new)).findAll();
        assertThat(modules).hasSize(others.size() + 1);
        assertThat(modules)
                .filteredOn(found -> found.descriptor().isAutomatic())
                .extracting(found -> found.descriptor().name())
                .containsExactlyInAnyOrderElementsOf(modulesWithoutDescriptor());
    }

    @Test
    void theModulesResolveAndAnswer() throws Exception {
        Configuration resolved = ModuleLayer.boot()
                .configuration()
                .resolve(ModuleFinder.of(jars().toArray(Path[]::new)), ModuleFinder.ofSystem(), Set.of(module));
        ModuleLayer layer =
                ModuleLayer.boot().defineModulesWithOneLoader(resolved, ClassLoader.getPlatformClassLoader());
        ClassLoader modules = layer.findLoader(module);
        assertThat(layer.modules()).filteredOn(Module::getName, module).singleElement();

        answers(modules);
    }

    /** The jars of the module and of its dependencies. */
    protected final List<Path> jars() {
        List<Path> jars = new ArrayList<>(others);
        jars.add(own);
        return jars;
    }

    /**
     * Calls a public method.
     *
     * @param target an object, or a class for a static method
     * @throws IllegalArgumentException if there is no public method of this name that takes these arguments
     */
    protected static Object call(Object target, String name, Object... arguments) throws ReflectiveOperationException {
        Class<?> type = target instanceof Class<?> statics ? statics : target.getClass();
        for (Method method : type.getMethods()) {
            if (method.getName().equals(name) && takes(method, arguments)) {
                return method.invoke(target, arguments);
            }
        }
        throw new IllegalArgumentException(type.getName() + " has no method " + name + Arrays.toString(arguments));
    }

    private static boolean takes(Method method, Object[] arguments) {
        Class<?>[] types = method.getParameterTypes();
        boolean takes = types.length == arguments.length;
        for (int i = 0; takes && i < types.length; i++) {
            takes = types[i].isInstance(arguments[i]);
        }
        return takes;
    }

    private static List<Path> others() {
        Path file = Path.of(System.getProperty("postern.closure"));
        try {
            List<Path> others = new ArrayList<>();
            for (String jar : Files.readString(file).strip().split(File.pathSeparator)) {
                others.add(Path.of(jar));
            }
            return others;
        } catch (IOException e) {
            throw new AssertionError(file + " cannot be read", e);
        }
    }
}
