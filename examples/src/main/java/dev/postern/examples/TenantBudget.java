package dev.postern.examples;

import dev.postern.call.Instrumentation;
import dev.postern.usage.Budget;
import dev.postern.usage.BudgetStore;
import dev.postern.usage.BudgetWindow;
import dev.postern.usage.Cost;
import dev.postern.usage.Pricing;
import java.time.ZoneOffset;
import java.util.Map;

/** A budget per day for each tenant. A tenant that is not in the list has a small one, and so have all calls without a tenant. */
final class TenantBudget {
    private TenantBudget() {}

    /** The instrumentation for a gateway, or around a provider. The budget is the innermost interceptor of attempts. */
    static Instrumentation of(Pricing pricing, Map<String, Cost> limits, Cost others, BudgetStore store) {
        Budget budget = Budget.builder(pricing)
                .limits(tenant -> limits.getOrDefault(tenant, others))
                .window(BudgetWindow.perDay(ZoneOffset.UTC))
                .answerTokens(1_000)
                .name("tenants")
                .store(store)
                .build();
        return Instrumentation.builder().attemptInterceptor(budget).build();
    }
}
