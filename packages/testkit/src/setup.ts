import './fail-on-warnings.js';
import './same-cases.js';
