// Amounts as people read them: US dollars, to the cent.
const MONEY = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

export const money = (amount) => MONEY.format(amount);
