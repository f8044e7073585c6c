// What GOV.UK Frontend needs at the start of a page; here, not in the page, so that pages can forbid inline script.
import { initAll } from './govuk-frontend.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()
