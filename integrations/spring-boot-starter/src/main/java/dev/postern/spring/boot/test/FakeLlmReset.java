package dev.postern.spring.boot.test;

import dev.postern.testkit.FakeLlm;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/** After each test method, the fake of {@link AutoConfigureFakeLlm} forgets it, because Spring shares a context among tests. */
final class FakeLlmReset implements TestExecutionListener {

    @Override
    public void afterTestMethod(TestContext test) {
        if (!test.hasApplicationContext()) {
            return;
        }
        ApplicationContext context = test.getApplicationContext();
        if (context.containsBean(FakeLlmAutoConfiguration.BEAN)) {
            Fakes.reset(context);
        }
    }

    /** A class of its own, because applications without the testkit have this listener, too. */
    private static final class Fakes {
        static void reset(ApplicationContext context) {
            context.getBean(FakeLlmAutoConfiguration.BEAN, FakeLlm.class).reset();
        }
    }
}
