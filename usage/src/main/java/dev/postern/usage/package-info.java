/**
 * What calls cost.
 *
 * <p>A {@link dev.postern.usage.Pricing} is a table of prices that the application supplies. A {@link dev.postern.usage.UsageListener}
 * sums tokens and costs, by tenant, user, backend or model. A {@link dev.postern.usage.Budget} refuses calls that would cost more than is
 * left. Amounts are whole billionths of a currency; a price that is not in the table is unknown, and never counts as 0.
 */
@NullMarked
package dev.postern.usage;

import org.jspecify.annotations.NullMarked;
