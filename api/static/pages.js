// What GOV.UK Frontend needs at the start of a page; here, not in the page, so that pages can forbid inline script.
import { initAll } from './govuk-frontend.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

// What is typed into a long form is saved as a draft by itself, a few seconds after the last key.
const QUIET = 3000 // milliseconds

for (const form of document.querySelectorAll('form[data-draft]')) {
  let waits
  const said = form.querySelector('[data-draft-saved]')
  const save = async () => {
    const typed = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string')) // no files
    typed.set('_do', 'save')
    try {
      const answer = await fetch(form.getAttribute('action'), { method: 'POST', body: typed })
      await answer.text()
      said.textContent = answer.ok ? `Draft saved at ${new Date().toTimeString().slice(0, 5)}` : 'The draft could not be saved'
    } catch {
      said.textContent = 'The draft could not be saved: there is no connection. Keep this page open.'
    }
  }
  form.addEventListener('input', () => {
    clearTimeout(waits)
    waits = setTimeout(save, QUIET)
  })
  form.addEventListener('submit', () => clearTimeout(waits))
}
