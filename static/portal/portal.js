// What every page has: keys, questions before acting, forms that keep what was typed.
import { startConfirm } from "./confirm.js";
import { startKeys } from "./keys.js";
import { startKeeping } from "./keep_form.js";

startConfirm();
startKeys();
startKeeping();
